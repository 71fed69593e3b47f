import { workflowInfo } from '@temporalio/workflow';

/** How far a run has come in its history. */
export class Progress {
  private seen = { at: 0, events: 0, bytes: 0 };

  /** Notes the workflow task that the run is in. Never throws: what its jobs have set going must still run, and in this run. */
  note(): void {
    const now = this.now();
    if (!this.isEarly(now)) this.seen = now;
  }

  /**
   * Called before an event is taken. Throws, which ends the run in the worker's memory and nothing else, if the event is shown before the
   * workflow task that takes it. A query that waited for a worker may bring such events: the SDK shows them at the time of the task before,
   * at which no replay will see them again, and with the size that the history had then.
   */
  follow(): void {
    const now = this.now();
    if (this.isEarly(now)) throw new Error('EVENT_EARLY');
    this.seen = now;
  }

  private now(): Progress['seen'] {
    const { historyLength: events, historySize: bytes } = workflowInfo();
    return { at: Date.now(), events, bytes };
  }

  private isEarly({ at, events, bytes }: Progress['seen']): boolean {
    return events > this.seen.events && at === this.seen.at && bytes === this.seen.bytes;
  }
}
