import { workflowInfo } from '@temporalio/workflow';

/** How far a run has come in its history. */
export class Progress {
  private seen = { at: 0, events: 0, bytes: 0 };

  /**
   * Called whenever the run works. Throws, which ends the run in the worker's memory and nothing else, if an event is shown before the
   * workflow task that takes it. A query that waited for a worker may bring such events: the SDK shows them at the time of the task before,
   * at which no replay will see them again, and with the size that the history had then.
   */
  follow(): void {
    const { historyLength: events, historySize: bytes } = workflowInfo();
    const at = Date.now();
    if (events > this.seen.events && at === this.seen.at && bytes === this.seen.bytes) throw new Error('EVENT_EARLY');
    this.seen = { at, events, bytes };
  }
}
