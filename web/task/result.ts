import { useSyncExternalStore } from 'react';
import type { CommandAnswer } from './commands.js';
import type { Task } from './queries.js';

/** What the reader decided last: told on the page they come to next. */
export interface Result {
  readonly task: Pick<Task, 'id' | 'name' | 'number' | 'caseId' | 'company'>;
  readonly said: string;
  readonly answer: CommandAnswer;
}

let last: Result | undefined;
const listeners = new Set<() => void>();

export function tellResult(result: Result | undefined): void {
  last = result;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useResult = (): Result | undefined => useSyncExternalStore(subscribe, () => last);
