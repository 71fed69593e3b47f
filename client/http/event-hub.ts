import pg from 'pg';
import type { Logger } from 'pino';

/** Something happened in a case: its lists and pages are to be read again. */
export interface CaseEvent {
  readonly caseId: string;
  readonly company: string;
  readonly turn: number;
  /** The kinds of ledger rows that were written. */
  readonly kinds: readonly string[];
}

/** `reset`: events may have been missed; whatever is shown is to be read again. `end`: the server is stopping. */
export type HubEvent = { readonly kind: 'case'; readonly event: CaseEvent } | { readonly kind: 'reset' } | { readonly kind: 'end' };

/** Hands the database's notifications to all open streams, over one shared connection. */
export interface EventHub {
  subscribe(listener: (event: HubEvent) => void): () => void;
  stop(): Promise<void>;
}

const channel = 'gendan_events';
const retryMs = [250, 500, 1_000, 2_000, 5_000];

/** Listens for events. A lost connection is made again; streams are then told that they may have missed something. */
export function createEventHub(databaseUrl: string, log: Logger): EventHub {
  const listeners = new Set<(event: HubEvent) => void>();
  const tell = (event: HubEvent): void => {
    for (const listener of listeners) listener(event);
  };
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failures = 0;

  const again = (): void => {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, retryMs[Math.min(failures, retryMs.length - 1)]);
    failures += 1;
  };
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({ connectionString: databaseUrl, application_name: 'gendan events', connectionTimeoutMillis: 5_000, keepAlive: true });
    const lost = (): void => {
      if (client === fresh) client = undefined;
      fresh.removeAllListeners('end');
      void fresh.end().catch(() => undefined);
      again();
    };
    fresh.on('error', lost);
    fresh.on('notification', ({ payload }) => {
      const event = parsed(payload);
      if (event !== undefined) tell({ kind: 'case', event });
    });
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'cannot listen for events yet');
      return lost();
    }
    fresh.on('end', lost);
    client = fresh;
    if (failures > 0) tell({ kind: 'reset' });
    failures = 0;
    if (stopped) await fresh.end();
  };
  void connect();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      tell({ kind: 'end' });
      client?.removeAllListeners('end');
      await client?.end().catch(() => undefined);
    },
  };
}

function parsed(payload: string | undefined): CaseEvent | undefined {
  try {
    const value = JSON.parse(payload ?? '') as CaseEvent;
    return typeof value.caseId === 'string' && typeof value.company === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
