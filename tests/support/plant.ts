import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type pg from 'pg';
import { pino } from 'pino';
import { type Api, startApi } from '../../client/api/server.js';
import { createCaseCommands, createDispatcher } from '../../client/dispatch/dispatcher.js';
import { createToken } from '../../db/authentication.js';
import { loadDemoBooks } from '../../db/books.js';
import { saveCalendars } from '../../db/calendars.js';
import { loadDirectory } from '../../db/directory.js';
import { saveEdition } from '../../db/editions.js';
import { createPool } from '../../db/pool.js';
import type { TradeBook } from '../../domain/books/book.js';
import type { Row, TaskRow } from '../../domain/engine/ledger.js';
import type { Procedure } from '../../domain/engine/procedure.js';
import type { CaseView } from '../../domain/engine/view.js';
import type { Person } from '../../domain/policy/policy.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import type { Outside } from '../../ports/outside.js';
import type { Sealer } from '../../sealing/codec.js';
import { buildEdition, type EditionSource } from '../../worker/edition.js';
import { createOutsideSystems } from '../../worker/outside.js';
import { createRehearser } from '../../worker/rehearse.js';
import { startWorkers, type Workers } from '../../worker/run.js';
import { view } from '../../workflows/engine/contract.js';
import { openHistory } from './open-history.js';
import { testBooks } from './procedures/policy.js';
import * as testProcedures from './procedures/procedures.js';
import { testClient, testSealer } from './sealing.js';
import type { TestDatabase } from './servers.js';
import { fastForward, ownNamespace } from './temporal.js';

/** The workflow module of the test procedures. */
export const testWorkflows = fileURLToPath(new URL('./procedures/index.ts', import.meta.url));

export type Registry = Readonly<Record<string, Procedure<never, never>>>;
/** A release: what its edition is built from, and its procedures, for rehearsals. */
export interface Release extends EditionSource {
  readonly procedures?: Registry;
  /** The working calendars that its companies name. */
  readonly calendars?: Readonly<Record<string, WorkingCalendar>>;
  /** The trade books that its companies begin with. */
  readonly tradeBooks?: Readonly<Record<string, TradeBook>>;
}

export interface PlantOptions {
  readonly source?: Release;
  readonly people?: Readonly<Record<string, readonly Person[]>>;
  /** Those of the product when absent, */
  readonly outside?: Outside;
  /** with this mail server, or else the kept outbox. */
  readonly smtpUrl?: string;
  /** Where the servers are; those of the test run when absent. */
  readonly servers?: PlantServers;
}
/** A migrated database that is dropped at the end, and a Temporal. */
export interface PlantServers {
  readonly database: TestDatabase;
  readonly temporalAddress: string;
}

/** A task as a person has it on the screen. */
export type Held = Pick<TaskRow, 'id' | 'rev'>;

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
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  private readonly tokens = new Map<string, string>();
  private readonly options: PlantOptions;
  /** What workers and API seal with that are started from now on. */
  private sealer: Sealer = testSealer;
  /** The release whose workers were started last. */
  private released: Release;
  private readonly closing: (() => Promise<unknown>)[] = [];
  private running: { readonly workers: Workers; readonly api: Api } | undefined;

  private constructor(options: PlantOptions, servers: PlantServers, connection: Connection, namespace: string) {
    this.options = options;
    this.released = sourceOf(options);
    this.databaseUrl = servers.database.url;
    this.temporalAddress = servers.temporalAddress;
    this.namespace = namespace;
    this.client = testClient({ connection, namespace });
    this.pool = createPool({ databaseUrl: servers.database.url, applicationName: 'gendan test', onError: () => undefined });
    this.closing.push(
      () => this.pool.end(),
      () => connection.close(),
      () => servers.database.drop(),
    );
  }

  /** Starts one. Takes some five seconds; `close` it afterwards. */
  static async start(options: PlantOptions = {}): Promise<Plant> {
    const servers = options.servers ?? (await serversOfTheRun());
    const connection = await Connection.connect({ address: servers.temporalAddress });
    const [namespace, edition] = await Promise.all([ownNamespace(connection), buildEdition(sourceOf(options))]);
    const plant = new Plant(options, servers, connection, namespace);
    const { books, people } = { books: sourceOf(options).books, people: options.people };
    await loadDirectory(
      plant.pool,
      Object.values(books).map(({ company }) => ({ company, people: people?.[company.company] ?? onePersonPerRole(company.roles) })),
    );
    await saveEdition(plant.pool, edition);
    await saveCalendars(plant.pool, calendarsIn(sourceOf(options)));
    await loadDemoBooks(plant.pool, sourceOf(options).tradeBooks ?? {});
    plant.running = { workers: await plant.startWorkers(), api: await plant.startApi() };
    return plant;
  }

  /** The workers of the release that runs. */
  get workers(): Workers {
    if (this.running === undefined) throw new Error('the plant has not been started');
    return this.running.workers;
  }

  get api(): Api {
    if (this.running === undefined) throw new Error('the plant has not been started');
    return this.running.api;
  }

  /** Replaces the workers by those of another release, as a deployment does. Returns its edition. */
  async release(source: Release): Promise<string> {
    await this.workers.stop();
    return this.resume(source);
  }

  /** Starts workers again after `workers.stop()`. */
  async resume(source?: Release): Promise<string> {
    const workers = await this.startWorkers(source);
    if (source !== undefined) this.released = source;
    this.running = { workers, api: this.api };
    return workers.edition;
  }

  /** Stops workers and API and starts them with other keys, as a rotation does. */
  async reseal(sealer: Sealer): Promise<void> {
    await this.api.stop();
    await this.workers.stop();
    this.sealer = sealer;
    this.running = { workers: await this.startWorkers(), api: await this.startApi() };
  }

  /** A second worker and a second API on the same servers, as other processes are; the address of that API. */
  async join(): Promise<string> {
    const workers = await this.startWorkers();
    const api = await this.startApi();
    this.closing.unshift(
      () => api.stop(),
      () => workers.stop(),
    );
    return api.url;
  }

  /** One request as a person, to the plant's own API or the one at `url`, with a fresh Idempotency-Key unless the headers have one. */
  async ask(
    person: string,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
    url = this.api.url,
  ): Promise<Answer> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token(person)}`,
        'idempotency-key': randomBytes(9).toString('hex'),
        'content-type': 'application/json',
        ...headers,
      },
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
  async complete(person: string, caseId: string, step: string, data: object = { outcome: 'done' }): Promise<Answer> {
    return this.decide(person, await this.openTask(caseId, step), { verb: 'complete', data });
  }

  /** Sends the open task of a step back. */
  async sendBack(person: string, caseId: string, step: string, to: string): Promise<Answer> {
    return this.decide(person, await this.openTask(caseId, step), { verb: 'return', to, reason: 'to be looked at again' });
  }

  /** A decision on a task as the person has it on the screen, which may not be how it is. */
  decide(person: string, { id, rev }: Held, body: object, url?: string): Promise<Answer> {
    return this.ask(person, 'POST', `/tasks/${encodeURIComponent(id)}/commands`, { rev, ...body }, {}, url);
  }

  command(person: string, caseId: string, body: object): Promise<Answer> {
    return this.ask(person, 'POST', `/cases/${encodeURIComponent(caseId)}/commands`, body);
  }

  /** Changes the subject of a case as it is now. */
  async amend(person: string, caseId: string, patch: object): Promise<Answer> {
    return this.command(person, caseId, { verb: 'amend', patch, from: (await this.read(person, caseId))['turn'] });
  }

  /** The page of a case. */
  async read(person: string, caseId: string): Promise<Body> {
    return (await this.ask(person, 'GET', `/cases/${encodeURIComponent(caseId)}`)).body;
  }

  /** Why a case is on the radar: the causes, sorted. */
  async radar(person: string, caseId: string): Promise<readonly string[]> {
    const { body } = await this.ask(person, 'GET', '/radar?limit=200');
    return [...(body['items'] ?? [])].flatMap((item) => (String(item['caseId']) === caseId ? [String(item['cause'])] : [])).sort();
  }

  /** Steps of the open tasks once nothing is under way outside any more. */
  async settled(caseId: string): Promise<readonly string[]> {
    await this.until(
      async () => (await this.pool.query<{ flying: number }>('select flying from kase where id = $1', [caseId])).rows[0]?.flying,
      (flying) => flying === 0,
    );
    return this.open(caseId);
  }

  /** The open task of a step as SQL shows it, as soon as what is under way outside lets it open. */
  async openTask(caseId: string, step: string): Promise<TaskRow> {
    const opened = async () => (await this.tasks(caseId)).find((row) => row.step === step && row.state === 'open');
    const task = (await opened()) ?? (await this.settled(caseId).then(opened));
    if (task === undefined) throw new Error(`${step} is not open in ${caseId}; open: ${(await this.open(caseId)).join(', ')}`);
    return task;
  }

  /** All tasks of a case as SQL has them, in the order in which they were opened. */
  async tasks(caseId: string): Promise<readonly TaskRow[]> {
    const { rows } = await this.pool.query<{ row: TaskRow }>('select row from task where case_id = $1 order by opened_at, id', [caseId]);
    return rows.map(({ row }) => row);
  }

  /** Steps of the open tasks as SQL shows them, sorted. */
  async open(caseId: string): Promise<readonly string[]> {
    return (await this.tasks(caseId)).flatMap(({ state, step }) => (state === 'open' ? [step] : [])).sort();
  }

  /** Where a case stands, as SQL has it. */
  async status(caseId: string): Promise<string> {
    const { rows } = await this.pool.query<{ status: string }>('select status from kase where id = $1', [caseId]);
    return rows[0]?.status ?? 'unknown';
  }

  /** Steps of the tasks opened so far, reopened ones again, in order. */
  async history(caseId: string): Promise<readonly string[]> {
    return (await this.tasks(caseId)).map(({ step }) => step);
  }

  /** The ledger of a case. */
  async ledger(caseId: string): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<{ row: Row }>('select row from ledger where case_id = $1 order by seq', [caseId]);
    return rows.map(({ row }) => row);
  }

  /** The history of a case as JSON, with what was sealed opened. */
  async openedHistory(caseId: string): Promise<unknown> {
    const history = await this.client.workflow.getHandle(caseId).fetchHistory();
    await openHistory(history, { namespace: this.namespace, caseId });
    return JSON.parse(historyToJSON(history));
  }

  view(caseId: string): Promise<CaseView> {
    return this.client.workflow.getHandle(caseId).query(view, { since: 0 });
  }

  /** Moves a case's own clock on, on the real server. `seconds` whole. */
  forward(caseId: string, seconds: number): Promise<void> {
    return fastForward(this.client, caseId, seconds);
  }

  /** Waits until something holds; fails with what it last saw. */
  async until<T>(what: () => Promise<T>, holds: (seen: T) => boolean, withinMs = 40_000): Promise<T> {
    for (const end = Date.now() + withinMs; ; await sleep(50)) {
      const seen = await what();
      if (holds(seen)) return seen;
      if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(seen)}`);
    }
  }

  async close(): Promise<void> {
    await this.api.stop();
    await this.workers.stop().catch(() => undefined);
    for (const close of this.closing) await close();
  }

  private startWorkers(source = sourceOf(this.options)): Promise<Workers> {
    const { databaseUrl, temporalAddress, namespace, options, pool, client } = this;
    const commands = createCaseCommands(createDispatcher({ pool, client }), pool);
    return startWorkers({
      databaseUrl,
      temporal: { address: temporalAddress },
      namespace,
      sealer: this.sealer,
      source,
      outside: options.outside ?? createOutsideSystems({ pool, books: source.books, commands, smtpUrl: options.smtpUrl }),
      log: () => undefined,
      lookEveryMs: 500,
    });
  }

  private startApi(): Promise<Api> {
    const { databaseUrl, temporalAddress, namespace } = this;
    return startApi({
      rehearse: (snapshot, target) => {
        const { procedures, workflows } = this.released;
        return createRehearser(procedures ?? { ...testProcedures }, workflows)(snapshot, target);
      },
      databaseUrl,
      temporal: { address: temporalAddress },
      namespace,
      sealer: this.sealer,
      host: '127.0.0.1',
      port: 0,
      log: quiet,
      demoPeople: true,
    });
  }

  private async token(person: string): Promise<string> {
    const known = this.tokens.get(person) ?? (await createToken(this.pool, person))?.secret;
    if (known === undefined) throw new Error(`nobody is called ${person}`);
    this.tokens.set(person, known);
    return known;
  }
}

const quiet = pino({ level: 'silent' });

const sourceOf = ({ source }: PlantOptions): Release => source ?? { books: testBooks(), workflows: testWorkflows };

/** The calendar of each company that names one. */
const calendarsIn = ({ books, calendars = {} }: Release) =>
  Object.values(books).flatMap(({ company: { company, calendar: id = '' } }) => {
    const calendar = calendars[id];
    return calendar === undefined ? [] : [{ company, calendar }];
  });

/** Only tests have the servers of the run; scripts bring their own. */
async function serversOfTheRun(): Promise<PlantServers> {
  const { createTestDatabase, testTemporalAddress } = await import('./servers.js');
  return { database: await createTestDatabase(), temporalAddress: testTemporalAddress() };
}

const onePersonPerRole = (roles: Readonly<Record<string, unknown>>): Person[] =>
  Object.keys(roles).map((role) => ({ id: role, name: role, locale: 'en', roles: [role] }));
