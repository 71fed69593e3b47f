import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { pino } from 'pino';
import { type Api, startApi } from '../../client/http/server.js';
import { loadDirectory } from '../../db/directory.js';
import { createPool } from '../../db/pool.js';
import { createToken } from '../../db/tokens.js';
import type { CaseView } from '../../domain/case/view.js';
import type { Books, Person } from '../../domain/policy/policy.js';
import type { Outside } from '../../ports/outside.js';
import type { EditionSource } from '../../worker/edition.js';
import { startWorkers, type Workers } from '../../worker/run.js';
import { view } from '../../workflows/engine/messages.js';
import { testBooks } from './procedures/policy.js';
import { createTestDatabase, testTemporalAddress } from './servers.js';

/** The workflow module of the test procedures. */
export const testWorkflows = fileURLToPath(new URL('./procedures/index.ts', import.meta.url));

export interface PlantOptions {
  readonly source?: EditionSource;
  readonly people?: Readonly<Record<string, readonly Person[]>>;
  readonly outside?: Outside;
}

/** An answer of the API, with its body as JSON. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint: bodies are looked into by tests
  readonly body: Body;
}
/** A JSON body that a test looks into without ceremony. */
export type Body = { readonly [name: string]: Body } & { readonly [index: number]: Body } & readonly Body[];

/** A whole product on the test servers: its own database, its own Temporal namespace, worker and API in this process. */
export class Plant {
  readonly pool: pg.Pool;
  readonly client: Client;
  readonly namespace: string;
  private readonly tokens = new Map<string, string>();
  private readonly closing: (() => Promise<unknown>)[];
  private readonly databaseUrl: string;
  private readonly options: PlantOptions;
  workers: Workers;
  api: Api;

  private constructor(parts: Pick<Plant, 'pool' | 'client' | 'namespace' | 'workers' | 'api'> & { databaseUrl: string; options: PlantOptions; closing: (() => Promise<unknown>)[] }) {
    this.pool = parts.pool;
    this.client = parts.client;
    this.namespace = parts.namespace;
    this.workers = parts.workers;
    this.api = parts.api;
    this.databaseUrl = parts.databaseUrl;
    this.options = parts.options;
    this.closing = parts.closing;
  }

  /** Starts one. Takes two to four seconds; `close` it afterwards. */
  static async start(options: PlantOptions = {}): Promise<Plant> {
    const database = await createTestDatabase();
    const pool = createPool({ databaseUrl: database.url, applicationName: 'gendan test', onError: () => undefined });
    const connection = await Connection.connect({ address: testTemporalAddress() });
    const namespace = await ownNamespace(connection);
    const client = new Client({ connection, namespace });
    const books = options.source?.books ?? testBooks();
    await loadDirectory(pool, Object.values(books).map(({ company }) => ({ company, people: options.people?.[company.company] ?? onePersonPerRole(company.roles) })));
    const workers = await serve(database.url, namespace, options);
    const api = await startApi({ databaseUrl: database.url, temporal: { address: testTemporalAddress() }, namespace, host: '127.0.0.1', port: 0, log: quiet });
    const closing = [() => pool.end(), () => connection.close(), () => database.drop()];
    return new Plant({ pool, client, namespace, workers, api, databaseUrl: database.url, options, closing });
  }

  /** Replaces the worker by one of another release, as a deployment does. */
  async release(source: EditionSource): Promise<string> {
    await this.workers.stop();
    this.workers = await serve(this.databaseUrl, this.namespace, { ...this.options, source });
    return this.workers.edition;
  }

  /** One request as a person; `key`: its Idempotency-Key, a fresh one when absent. */
  async ask(person: string, method: 'GET' | 'POST', path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`${this.api.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token(person)}`, 'idempotency-key': randomBytes(9).toString('hex'), 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  }

  /** Starts a case and returns its id. */
  async begin(person: string, company: string, procedure: string, subject: object): Promise<string> {
    const { status, body } = await this.ask(person, 'POST', '/cases', { company, procedure, subject });
    if (status !== 201) throw new Error(`not started: ${status} ${JSON.stringify(body)}`);
    return String(body['caseId']);
  }

  /** Answers the open task of a step in a case. */
  async complete(person: string, caseId: string, step: string, data: object): Promise<Answer> {
    const task = await this.openTask(caseId, step);
    return this.ask(person, 'POST', `/tasks/${encodeURIComponent(task.id)}/commands`, { verb: 'complete', rev: task.rev, data });
  }

  /** Sends the open task of a step back. */
  async sendBack(person: string, caseId: string, step: string, to: string): Promise<Answer> {
    const task = await this.openTask(caseId, step);
    return this.ask(person, 'POST', `/tasks/${encodeURIComponent(task.id)}/commands`, { verb: 'return', rev: task.rev, to, reason: 'to be looked at again' });
  }

  command(person: string, caseId: string, body: object): Promise<Answer> {
    return this.ask(person, 'POST', `/cases/${encodeURIComponent(caseId)}/commands`, body);
  }

  /** The open task of a step as SQL shows it. */
  async openTask(caseId: string, step: string): Promise<{ readonly id: string; readonly rev: number }> {
    const { rows } = await this.pool.query<{ id: string; rev: number }>("select id, rev from task where case_id = $1 and step = $2 and state = 'open'", [caseId, step]);
    const [task] = rows;
    if (task === undefined) throw new Error(`${step} is not open in ${caseId}; open: ${(await this.open(caseId)).join(', ')}`);
    return task;
  }

  /** Steps of the open tasks as SQL shows them, sorted. */
  async open(caseId: string): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ step: string }>("select step from task where case_id = $1 and state = 'open' order by step", [caseId]);
    return rows.map(({ step }) => step);
  }

  view(caseId: string): Promise<CaseView> {
    return this.client.workflow.getHandle(caseId).query(view, { since: 0 });
  }

  /** Moves a case's own clock on, on the real server. `duration` in whole seconds. */
  async forward(caseId: string, seconds: number): Promise<void> {
    const id = randomBytes(6).toString('hex');
    const { workflowService } = this.client;
    const workflowExecution = { workflowId: caseId };
    const timeSkippingConfig = { enabled: true, fastForwardConfig: { id, duration: { seconds: seconds as unknown as Long } } };
    await workflowService.updateWorkflowExecutionOptions({ namespace: this.namespace, workflowExecution, workflowExecutionOptions: { timeSkippingConfig }, updateMask: { paths: ['time_skipping_config'] } });
    await workflowService.pollWorkflowExecutionTimeSkipping({ namespace: this.namespace, workflowExecution, fastForwardId: id });
  }

  /** Waits until something holds; fails with what it last saw. */
  async until<T>(what: () => Promise<T>, holds: (seen: T) => boolean, withinMs = 15_000): Promise<T> {
    for (const end = Date.now() + withinMs; ; await sleep(50)) {
      const seen = await what();
      if (holds(seen)) return seen;
      if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(seen)}`);
    }
  }

  async close(): Promise<void> {
    await this.api.stop();
    await this.workers.stop();
    for (const close of this.closing) await close();
  }

  private async token(person: string): Promise<string> {
    const known = this.tokens.get(person) ?? (await createToken(this.pool, person))?.secret;
    if (known === undefined) throw new Error(`nobody is called ${person}`);
    this.tokens.set(person, known);
    return known;
  }
}

type Long = import('long').default;
const quiet = pino({ level: 'silent' });

function serve(databaseUrl: string, namespace: string, { source, outside }: PlantOptions): Promise<Workers> {
  return startWorkers({
    databaseUrl,
    temporalAddress: testTemporalAddress(),
    namespace,
    source: source ?? { books: testBooks(), workflows: testWorkflows },
    outside: outside ?? { effects: {}, readings: {} },
    log: () => undefined,
    lookEveryMs: 500,
  });
}

const onePersonPerRole = (roles: Readonly<Record<string, unknown>>): Person[] => Object.keys(roles).map((role) => ({ id: role, name: role, locale: 'en', roles: [role] }));

/** A namespace of a plant's own, so that no other test's worker takes its tasks. */
async function ownNamespace(connection: Connection): Promise<string> {
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: 86_400 as unknown as Long } });
  for (let attempt = 0; ; attempt++) {
    try {
      await connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: 'gendan' } });
      return namespace;
    } catch (cause) {
      if (attempt === 100) throw cause;
      await sleep(200);
    }
  }
}
