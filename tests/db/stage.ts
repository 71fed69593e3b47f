import type pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createPool } from '../../db/pool.js';
import type { CaseStatus, Row, RowType, TaskRow } from '../../domain/engine/ledger.js';
import type { JsonObject } from '../../domain/json.js';
import { createTestDatabase } from '../support/servers.js';

/** A database of the test file's own; the pool is there once its tests run. */
export function useDatabase(): { readonly pool: pg.Pool; readonly url: string } {
  const stage: { pool?: pg.Pool; url?: string; drop?: () => Promise<void> } = {};
  beforeAll(async () => {
    const database = await createTestDatabase();
    stage.url = database.url;
    stage.drop = database.drop;
    stage.pool = createPool({ databaseUrl: database.url, applicationName: 'gendan test', onError: () => undefined });
  });
  afterAll(async () => {
    await stage.pool?.end();
    await stage.drop?.();
  });
  return {
    get pool() {
      return stage.pool as pg.Pool;
    },
    get url() {
      return stage.url as string;
    },
  };
}

type TaskPart = Partial<TaskRow>;

/** Writes the rows of a case as its workflow would: numbered, grouped in turns, the last row of a turn with its head. */
export class Scribe {
  readonly rows: Row[] = [];
  readonly caseId: string;
  private readonly company: string;
  private readonly number: string;
  private readonly tasks = new Map<string, TaskRow>();
  private turnNumber = 0;

  constructor(number: string, company = 'hehe') {
    this.company = company;
    this.number = number;
    this.caseId = `${company}:order-intake:${number}`;
  }

  begun(...more: readonly Omit<Row, 'seq' | 'turn' | 'at'>[]): this {
    return this.turn([
      {
        type: 'begun',
        by: 'li',
        body: { company: this.company, procedure: 'order-intake', number: this.number, subject: `subject-${this.number}` },
      },
      ...more,
    ]);
  }

  turn(rows: readonly Omit<Row, 'seq' | 'turn' | 'at'>[], status: CaseStatus = 'open'): this {
    this.turnNumber += 1;
    rows.forEach((row, index) => {
      const last = index === rows.length - 1;
      const head = { digest: `d${this.turnNumber}`, status, edition: 'e1', flying: 0, unboundReports: 0 };
      this.rows.push({
        seq: this.rows.length + 1,
        turn: this.turnNumber,
        at: 1_700_000_000_000 + this.rows.length * 1000,
        ...row,
        ...(last ? { head } : {}),
      });
    });
    return this;
  }

  /** A row that changes a task, carrying the whole of it. */
  task(
    type: RowType,
    key: string,
    part: TaskPart = {},
    more: { readonly by?: string; readonly body?: JsonObject } = {},
  ): Omit<Row, 'seq' | 'turn' | 'at'> {
    const before: TaskRow = this.tasks.get(key) ?? {
      id: `${this.caseId}/${key}#1`,
      key,
      step: key,
      rev: 1,
      state: 'open',
      seats: [{ id: '1', candidates: [{ role: 'clerk' }] }],
      shown: `shown-${key}`,
      openedAt: 1_700_000_000_000,
      overdue: false,
    };
    const task = { ...before, ...part };
    this.tasks.set(key, task);
    return { type, task, ...more };
  }
}

/** A command on a task, as the journal takes it. */
export const entry = (
  id: string,
  caseId: string,
  bodyHash = 'hash',
): {
  readonly id: string;
  readonly caseId: string;
  readonly verb: string;
  readonly actor: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly body: string;
} => ({
  id,
  caseId,
  verb: 'complete',
  actor: 'wang',
  key: `key-${id}`,
  bodyHash,
  body: '{}',
});
