import { currentUpdateInfo } from '@temporalio/workflow';
import { Refusal } from '../../domain/case/refusal.js';
import { kept } from '../../domain/case/state.js';
import type { Taken } from '../../domain/case/view.js';

/** The commands that a case has taken, for as long as somebody may send one again. */
export class TakenCommands {
  list: readonly Taken[];

  constructor(list: readonly Taken[]) {
    this.list = list;
  }

  /** Whether the message at hand has been taken before. `body`: the hash of what it says; another one under the same id is refused. */
  known(body: string): boolean {
    const id = currentUpdateInfo()?.id;
    const before = this.list.find((taken) => taken.id === id);
    if (before !== undefined && before.body !== body) throw new Refusal('COMMAND_REUSED');
    return before !== undefined;
  }

  /** Whether messages have been taken, and the one at hand was none of them. */
  others(body: string): boolean {
    return this.list.length > 0 && !this.known(body);
  }

  /** Notes the message at hand as taken. */
  add(body: string): void {
    this.list = [...this.list, { id: currentUpdateInfo()?.id ?? '', body }].slice(-kept.commands);
  }
}
