import { join } from 'node:path';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  type NativeConnectionOptions,
  Runtime,
  Worker,
} from '@temporalio/worker';
import type pg from 'pg';
import { createOutside, createRecord } from '../activities/activities.js';
import { editionsInUse, keptEditions, loadEdition, saveEdition, setCurrentEdition } from '../db/editions.js';
import { caseRows } from '../db/ledger.js';
import { createPool } from '../db/pool.js';
import { findPlain, unsealedAlarm } from '../db/sealing.js';
import type { Outside } from '../ports/outside.js';
import { refusesUnsealed } from '../sealing/activities.js';
import type { Sealer } from '../sealing/codec.js';
import { guarded } from '../sealing/guard.js';
import { deploymentName, taskQueue } from '../workflows/engine/contract.js';
import { buildEdition, type EditionSource, editionIdOf, isIntact, packageRoot } from './edition.js';
import { switchOver } from './switch-over.js';

export interface WorkerOptions {
  readonly databaseUrl: string;
  /** How to reach Temporal: address, TLS, API key. */
  readonly temporal: NativeConnectionOptions;
  readonly namespace: string;
  readonly sealer: Sealer;
  /** What this worker's own release is built from. */
  readonly source: EditionSource;
  readonly outside: Outside;
  readonly log: (message: string, values: object) => void;
  /** How often to look for editions that open cases still need, milliseconds. */
  readonly lookEveryMs?: number;
}
export interface Workers {
  /** The edition of this release: new cases begin with it. */
  readonly edition: string;
  /** Editions served at the moment. */
  serving(): readonly string[];
  stop(): Promise<void>;
}

/**
 * Builds and keeps this release's edition, serves it, makes it current, and serves every older edition that still has open cases.
 * Throws EditionTampered when a kept bundle is not what its manifest says.
 */
export async function startWorkers(options: WorkerOptions): Promise<Workers> {
  installRuntime(options.log);
  const pool = createPool({
    databaseUrl: options.databaseUrl,
    applicationName: 'gendan worker',
    max: 5,
    onError: (cause) => options.log('database connection lost', { cause: cause.message }),
  });
  const connection = await NativeConnection.connect(options.temporal);
  await switchOver(pool, connection, options.namespace);
  const fleet = new Fleet(options, pool, connection);
  const { id } = editionIdOf(options.source);
  if ((await loadEdition(pool, id)) === undefined) await saveEdition(pool, await buildEdition(options.source));
  await fleet.serve(id);
  await makeCurrent(connection, options.namespace, id);
  await setCurrentEdition(pool, id);
  await fleet.look(id);
  const timer = setInterval(
    () => void fleet.look(id).catch((cause: unknown) => options.log('editions could not be looked up', { cause: String(cause) })),
    options.lookEveryMs ?? 10_000,
  );
  return {
    edition: id,
    serving: () => fleet.serving(),
    stop: async () => {
      clearInterval(timer);
      await fleet.stop();
      await connection.close();
      await pool.end();
    },
  };
}

let installed = false;
/** Once in a process: the SDK's own log goes where ours goes, from warnings up. */
function installRuntime(log: WorkerOptions['log']): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger('WARN', ({ message, meta }) => log(message, { ...meta }));
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} } },
  });
}

/** One Temporal worker for each edition in use. */
class Fleet {
  private readonly running = new Map<string, { readonly worker: Worker; readonly done: Promise<void> }>();
  private readonly options: WorkerOptions;
  private readonly pool: pg.Pool;
  private readonly connection: NativeConnection;
  private looking: Promise<void> = Promise.resolve();
  /** Workflows that a process which died left behind have been looked for. */
  private searched = false;
  private stopping = false;

  constructor(options: WorkerOptions, pool: pg.Pool, connection: NativeConnection) {
    this.options = options;
    this.pool = pool;
    this.connection = connection;
  }

  serving(): readonly string[] {
    return [...this.running.keys()];
  }

  /** Serves what open cases need, also where a worker ended by itself, and retires what none needs any more. One look at a time. */
  look(current: string): Promise<void> {
    const looking = this.looking.then(() => (this.stopping ? undefined : this.compare(current)));
    this.looking = looking.catch(() => undefined);
    return looking;
  }

  private async compare(current: string): Promise<void> {
    const used = new Set([...(await editionsInUse(this.pool)), current]);
    for (const id of used) if (!this.running.has(id)) await this.serve(id);
    const others = this.searched ? [...this.running.keys()] : await keptEditions(this.pool);
    for (const id of others) if (!used.has(id)) await this.serveRest(id);
    this.searched = true;
  }

  /** A workflow may still have to hear that SQL has its last row: an edition that SQL needs no more is served until none of it runs. */
  private async serveRest(id: string): Promise<void> {
    const { count } = await this.connection.workflowService.countWorkflowExecutions({
      namespace: this.options.namespace,
      query: `TemporalWorkerDeploymentVersion = '${deploymentName}:${id}' AND ExecutionStatus = 'Running'`,
    });
    const serving = this.running.get(id);
    if (Number(count) > 0) return serving === undefined ? this.serve(id) : undefined;
    // It leaves the map when it has stopped; no look waits for that.
    if (serving?.worker.getState() === 'RUNNING') serving.worker.shutdown();
  }

  async serve(id: string): Promise<void> {
    const edition = await loadEdition(this.pool, id);
    if (edition === undefined) return this.options.log('an edition in use is not kept', { edition: id });
    if (!isIntact(edition)) throw new EditionTampered(id);
    const { pool, options } = this;
    const codec = options.sealer.workerCodec({
      plainBefore: { find: (caseId, hash) => findPlain(pool, caseId, hash) },
      onRefused: unsealedAlarm(pool, (what, cause) => options.log(what, { cause: String(cause) })),
    });
    const worker = await Worker.create({
      connection: this.connection,
      namespace: this.options.namespace,
      taskQueue,
      workflowBundle: { code: guarded(edition.code) },
      dataConverter: { payloadCodecs: [codec], failureConverterPath: join(packageRoot(), 'sealing/failures.cjs') },
      interceptors: { activity: [refusesUnsealed] },
      activities: { ...createRecord(caseRows(this.pool)), ...createOutside(this.options.outside) },
      maxCachedWorkflows: 1000,
      shutdownGraceTime: '5s',
      // A killed worker's cases are taken by another one before a command gives up.
      stickyQueueScheduleToStartTimeout: '5s',
      // A worker that the SDK has given up may never end by itself.
      shutdownForceTime: '15s',
      // A call that is called off is told so with its next heartbeat.
      maxHeartbeatThrottleInterval: '2s',
      sinks: { gendan: { turned: { fn: () => {}, callDuringReplay: false } } },
      workerDeploymentOptions: { useWorkerVersioning: true, version: { deploymentName, buildId: id }, defaultVersioningBehavior: 'PINNED' },
    });
    const done = worker
      .run()
      .catch((cause: unknown) => this.options.log('a worker ended', { edition: id, cause: String(cause) }))
      .finally(() => this.running.get(id)?.worker === worker && this.running.delete(id));
    this.running.set(id, { worker, done });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.looking;
    for (const { worker } of this.running.values()) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }
}

/** The server knows a version only once a worker has polled with it: asked again until then, half a minute at most. */
async function makeCurrent(connection: NativeConnection, namespace: string, buildId: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId, identity: 'gendan' });
      return;
    } catch (cause) {
      if (attempt === 120) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** A kept bundle has been changed since it was built. */
export class EditionTampered extends Error {
  override readonly name = 'EditionTampered';
  constructor(edition: string) {
    super(`edition ${edition} is not what its manifest says`);
  }
}
