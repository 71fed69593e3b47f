import pg from 'pg';
import type { Logger } from 'pino';
import { type CaseEvent, eventChannel, type NoticesEvent } from '../../../db/events.js';

/** `reset`: events may have been missed; whatever is shown is to be read again. `end`: the server is stopping. */
export type HubEvent =
  | { readonly kind: 'case'; readonly event: CaseEvent }
  | { readonly kind: 'notices'; readonly event: NoticesEvent }
  | { readonly kind: 'reset' }
  | { readonly kind: 'end' };

/** Hands the database's notifications to all open streams, over one shared connection. */
export interface EventHub {
  subscribe(listener: (event: HubEvent) => void): () => void;
  stop(): Promise<void>;
}

const retryMs = [250, 500, 1_000, 2_000, 5_000];

/** Listens for events. A lost connection is made again; streams are then told that they may have missed something. */
export function createEventHub(databaseUrl: string, log: Logger): EventHub {
  return new Hub(databaseUrl, log);
}

class Hub implements EventHub {
  private readonly databaseUrl: string;
  private readonly log: Logger;
  private readonly listeners = new Set<(event: HubEvent) => void>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private stopped = false;

  constructor(databaseUrl: string, log: Logger) {
    this.databaseUrl = databaseUrl;
    this.log = log;
    void this.connect();
  }

  subscribe(listener: (event: HubEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    clearTimeout(this.timer);
    this.tell({ kind: 'end' });
    this.client?.removeAllListeners('end');
    await this.client?.end().catch(() => undefined);
  }

  private tell(event: HubEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private again(): void {
    if (this.stopped || this.timer !== undefined) return;
    const wait = retryMs[Math.min(this.failures, retryMs.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.connect();
    }, wait);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'gendan events',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    const lost = (): void => {
      if (this.client === client) this.client = undefined;
      client.removeAllListeners('end');
      void client.end().catch(() => undefined);
      this.again();
    };
    client.on('error', lost);
    client.on('notification', ({ payload }) => {
      const event = parsed(payload);
      if (event !== undefined) this.tell(event);
    });
    try {
      await client.connect();
      await client.query(`listen ${eventChannel}`);
    } catch (error) {
      this.log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'cannot listen for events yet');
      return lost();
    }
    client.on('end', lost);
    this.client = client;
    if (this.failures > 0) this.tell({ kind: 'reset' });
    this.failures = 0;
    if (this.stopped) await client.end();
  }
}

function parsed(payload: string | undefined): HubEvent | undefined {
  try {
    const event = JSON.parse(payload ?? '') as CaseEvent | NoticesEvent;
    if ('person' in event)
      return typeof event.person === 'string' && typeof event.unread === 'number' ? { kind: 'notices', event } : undefined;
    return typeof event.caseId === 'string' && typeof event.company === 'string' ? { kind: 'case', event } : undefined;
  } catch {
    return undefined;
  }
}
