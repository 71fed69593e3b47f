import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import type { DispatcherOptions, Timing } from '../../client/dispatch/context.js';
import type { Delivered, Dispatch, Dispatcher, Refused } from '../../client/dispatch/contract.js';
import { createDispatcher } from '../../client/dispatch/dispatcher.js';
import { createPool } from '../../db/pool.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseStart, Command, CommandBody } from '../../domain/engine/command.js';
import type { Json, JsonObject } from '../../domain/json.js';
import { startWorkers, type Workers } from '../../worker/run.js';
import { testBooks } from '../support/procedures/policy.js';
import { testClient, testSealer } from '../support/sealing.js';
import { createTestDatabase, testTemporalAddress } from '../support/servers.js';

/** A database, a namespace, workers and dispatchers of a test file's own. */
export class Stage {
  readonly pool: pg.Pool;
  readonly client: Client;
  readonly namespace: string;
  readonly troubles: string[] = [];
  readonly url: string;
  private readonly drop: () => Promise<void>;
  private readonly changes: object;
  private workers: Workers | undefined;

  private constructor(url: string, drop: () => Promise<void>, client: Client, namespace: string, changes: object) {
    this.changes = changes;
    this.url = url;
    this.drop = drop;
    this.client = client;
    this.namespace = namespace;
    this.pool = createPool({ databaseUrl: url, applicationName: 'gendan test', max: 40, onError: () => undefined });
  }

  /** @param changes what the policies of its procedures have otherwise */
  static async open(changes: object = {}): Promise<Stage> {
    const database = await createTestDatabase();
    const namespace = `dispatcher-${randomBytes(4).toString('hex')}`;
    const connection = await Connection.connect({ address: testTemporalAddress() });
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: 86_400 as never } });
    const client = testClient({ connection, namespace });
    for (let tries = 0; ; tries++) {
      const known = await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 }).then(
        () => true,
        () => false,
      );
      if (known || tries > 200) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const stage = new Stage(database.url, database.drop, client, namespace, changes);
    await stage.startWorkers();
    return stage;
  }

  async startWorkers(): Promise<void> {
    this.workers = await startWorkers({
      databaseUrl: this.url,
      temporal: { address: testTemporalAddress() },
      namespace: this.namespace,
      sealer: testSealer,
      source: { books: testBooks(this.changes), workflows: join(process.cwd(), 'tests/support/procedures/index.ts') },
      outside: { effects: {}, readings: {} },
      log: (message, values) => this.troubles.push(`${message} ${JSON.stringify(values)}`),
      lookEveryMs: 1000,
    });
  }

  async stopWorkers(): Promise<void> {
    await this.workers?.stop();
    this.workers = undefined;
  }

  dispatcher(timing: Partial<Timing> = {}, more: Partial<DispatcherOptions> = {}): Dispatcher {
    return createDispatcher({
      pool: this.pool,
      client: this.client,
      timing,
      onTrouble: (what, cause) => this.troubles.push(`${what}: ${String(cause)}`),
      ...more,
    });
  }

  startOf(number: string, subject: JsonObject = { note: number }, procedure = 'three-tasks'): CaseStart {
    return {
      caseId: `tests:${procedure}:${number}`,
      company: 'tests',
      procedure,
      number,
      edition: this.workers?.edition ?? 'none',
      subject,
      by: 'desk',
    };
  }

  async ask<T extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(sql, [...values])).rows;
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.client.connection.close();
    await this.pool.end();
    await this.drop();
  }
}

/** What the API makes of a request: the command's id is a hash of actor and key. */
export function dispatchOf<Body extends { readonly by: string }>(body: Body, key: string): Dispatch<Body> {
  return { id: hashOf({ actor: body.by, key }), actor: body.by, key, bodyHash: hashOf(body as unknown as Json), body };
}

export const complete = (task: string, by: string, data: JsonObject = { outcome: 'done' }, rev = 1): Command & CommandBody => ({
  verb: 'complete',
  task,
  rev,
  data,
  by,
});

export async function until<T>(look: () => Promise<T>, good: (found: T) => boolean, ms = 20_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (good(found)) return found;
    if (Date.now() > end) throw new Error(`not reached: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const keysOf = (answer: Delivered | Refused): readonly string[] =>
  answer.kind === 'done' ? answer.openTasks.map(({ key }) => key) : [`refused ${answer.code}`];
