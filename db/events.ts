import type { Db } from './pool.js';

/** Something happened in a case: its lists and pages are to be read again. */
export interface CaseEvent {
  readonly caseId: string;
  readonly company: string;
  readonly turn: number;
  /** Kinds of the ledger rows that were written. */
  readonly kinds: readonly string[];
}

/** Somebody has read notices: `unread` are left. */
export interface NoticesEvent {
  readonly person: string;
  readonly unread: number;
}

/** The channel that event hubs listen on. */
export const eventChannel = 'gendan_events';
/** How long events are collected, milliseconds, and how many are kept while the database is away. */
const collectMs = 30;
const most = 1000;

const collected = new WeakMap<Db, (CaseEvent | NoticesEvent)[]>();

/**
 * Tells all listening processes of an event, soon and for many at once. Not part of the transaction that wrote the rows: PostgreSQL lets
 * transactions that notify commit one at a time, which would halve what it can take. An event lost with its process costs a list that is
 * refreshed later, nothing else.
 */
export function announce(db: Db, event: CaseEvent | NoticesEvent): void {
  const waiting = collected.get(db);
  if (waiting !== undefined) {
    if (waiting.length < most) waiting.push(event);
    return;
  }
  const events = [event];
  collected.set(db, events);
  setTimeout(() => {
    collected.delete(db);
    void notify(db, events).catch(() => {
      const later = collected.get(db);
      if (later !== undefined) later.unshift(...events.slice(0, most - later.length));
    });
  }, collectMs).unref();
}

/** The transaction writes nothing that must outlive a crash, so it does not wait for the disk. */
async function notify(db: Db, events: readonly (CaseEvent | NoticesEvent)[]): Promise<void> {
  await db.query({
    name: 'gendan_announce',
    text: "select set_config('synchronous_commit', 'off', true), pg_notify($1, event) from unnest($2::text[]) event",
    values: [eventChannel, events.map((event) => JSON.stringify(event))],
  });
}
