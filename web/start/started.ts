import { useSyncExternalStore } from 'react';
import type { Answer } from '../api/client.js';

export type Started = Answer<'POST /api/v1/cases'>;

let last: Started | undefined;
const listeners = new Set<() => void>();

/** What was started last, with what may be wrong with it: told on the page of the case. */
export function tellStarted(started: Started | undefined): void {
  last = started;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useStarted = (): Started | undefined => useSyncExternalStore(subscribe, () => last);
