import { useSyncExternalStore } from 'react';

let ended = false;
const listeners = new Set<() => void>();

function set(value: boolean): void {
  if (ended === value) return;
  ended = value;
  for (const listener of listeners) listener();
}

/** The API no longer knows who asks: the page stays as it is, and sign-in is shown above it. */
export const sessionEnded = (): void => set(true);
export const sessionBegun = (): void => set(false);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useSessionEnded = (): boolean => useSyncExternalStore(subscribe, () => ended);
