/** A row of a list that holds still: `gone` is no longer in the list, and stays until the reader moves on. */
export interface StillRow<T> {
  readonly item: T;
  readonly gone: boolean;
}

export interface StillList<T> {
  readonly rows: readonly StillRow<T>[];
  /** How many are new and wait to be shown. */
  readonly waiting: number;
}

/**
 * A list under somebody's eyes, after it was read again: rows keep their places and show what is new of them; rows that have gone stay as
 * such; rows that came wait.
 */
export function heldStill<T extends { readonly id: string }>(shown: readonly T[], latest: readonly T[]): StillList<T> {
  const now = new Map(latest.map((item) => [item.id, item]));
  const seen = new Set(shown.map(({ id }) => id));
  return {
    rows: shown.map((item) => ({ item: now.get(item.id) ?? item, gone: !now.has(item.id) })),
    waiting: latest.filter(({ id }) => !seen.has(id)).length,
  };
}
