import { workflowInfo } from '@temporalio/workflow';

/** How far a run has come in its history. */
export class Progress {
  private seen = { at: 0, events: 0, bytes: 0 };

  /**
   * Notes the workflow task that the run is in; false where events are shown before the workflow task that takes them. A query that waited for
   * a worker may bring such events: the SDK shows them at the time of the task before, at which no replay will see them again, and with the
   * size that the history had then. Never throws: what the jobs of the run have set going must still run, and in this run.
   */
  note(): boolean {
    const { historyLength: events, historySize: bytes } = workflowInfo();
    const at = Date.now();
    if (events > this.seen.events && at === this.seen.at && bytes === this.seen.bytes) return false;
    this.seen = { at, events, bytes };
    return true;
  }

  /** Called before an event is taken. Throws where that would be early, which ends the run in the worker's memory and nothing else. */
  follow(): void {
    if (!this.note()) throw new Error('EVENT_EARLY');
  }
}
