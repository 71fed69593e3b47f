import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import type { Delivered, Dispatch, Refused } from '../../client/dispatch/contract.js';
import { loadDirectory } from '../../db/directory.js';
import { migrate } from '../../db/migrate.js';
import { createPool } from '../../db/pool.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseStart, Command, CommandBody } from '../../domain/engine/command.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import type { JsonObject } from '../../domain/json.js';
import { testClient } from '../support/sealing.js';
import { Child } from './child.js';
import type { DispatcherSetting } from './dispatcher-process.js';
import { company, type EditionName, type ProcedureName, ring, roles, sourceOf } from './editions.js';
import { type Deed, deedsIn } from './outside.js';
import { until } from './patience.js';
import { Rig } from './servers.js';
import type { WorkerSetting } from './worker-process.js';

export type Answer = Delivered | Refused;

/** The folder of a run: the same each time for this checkout, so that what a killed run left there is found and ended. */
export function folderFor(kind: 'whole' | 'short'): string {
  const checkout = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 8);
  return join(tmpdir(), `gendan-faults-${userInfo().username}-${checkout}-${kind}`);
}

/** The person who holds a role and nothing else. */
export const holderOf = (role: string): string => `p-${role}`;

/** Servers, a worker and two dispatcher processes, each of which can be killed, with one person for each role and an untouched case in each edition. */
export class World {
  readonly rig: Rig;
  readonly pool: pg.Pool;
  readonly client: Client;
  readonly dispatchers: Child[] = [];
  workers: Child[] = [];
  edition: EditionName = ring[0];
  private readonly outsideFile: string;
  private readonly editions = new Map<EditionName, string>();
  private cases = 0;
  private closed = false;

  private constructor(rig: Rig) {
    this.rig = rig;
    this.outsideFile = join(rig.folder, 'outside.jsonl');
    this.pool = createPool({ databaseUrl: rig.databaseUrl, applicationName: 'gendan faults', max: 6, onError: () => undefined });
    this.client = testClient({ connection: Connection.lazy({ address: rig.temporalAddress }) });
  }

  static async open(folder: string): Promise<World> {
    const rig = await Rig.open(folder);
    await migrate(rig.databaseUrl);
    const world = new World(rig);
    mkdirSync(world.logs, { recursive: true });
    const rivals = Array.from({ length: 20 }, (_, index) => ({ id: `${holderOf('price')}-${index}`, roles: ['price'] }));
    const people = [...roles.map((role) => ({ id: holderOf(role), roles: [role as string] })), ...rivals].map((person) => ({
      ...person,
      name: person.id,
      locale: 'en' as const,
    }));
    await loadDirectory(world.pool, [{ company: sourceOf('base').books[company]!.company, people }]);
    world.dispatchers.push(world.newDispatcher(), world.newDispatcher());
    // An open case in each edition: a worker serves all of them as long as the matrix runs.
    for (const edition of [...ring.slice(1), ring[0]]) {
      await world.release(edition);
      await world.begin(world.dispatchers[0]!, await world.startOf('order', { quantity: 1 }));
    }
    return world;
  }

  get logs(): string {
    return join(this.rig.folder, 'logs');
  }

  deeds(): readonly Deed[] {
    return deedsIn(this.outsideFile);
  }

  /** The edition that comes after the current one. */
  get next(): EditionName {
    return ring[(ring.indexOf(this.edition) + 1) % ring.length] ?? ring[0];
  }

  newDispatcher(): Child {
    const setting: DispatcherSetting = { databaseUrl: this.rig.databaseUrl, temporalAddress: this.rig.temporalAddress };
    return new Child('dispatcher-process.ts', setting, this.logs);
  }

  /** A worker process whose own release is this edition; settles when it serves and new cases begin with it. */
  async newWorker(edition: EditionName): Promise<Child> {
    const setting: WorkerSetting = {
      databaseUrl: this.rig.databaseUrl,
      temporalAddress: this.rig.temporalAddress,
      edition,
      outside: this.outsideFile,
    };
    const child = new Child('worker-process.ts', setting, this.logs);
    const id = await Promise.race([
      new Promise<string>((resolve) => child.on('ready', (value) => resolve((value as { edition: string }).edition))),
      child.ended.then(() => Promise.reject(new Error(`a worker ended before it served: ${child.log}`))),
    ]);
    this.editions.set(edition, id);
    this.edition = edition;
    return child;
  }

  /** A release: a worker with the new edition comes, and the old one goes in an orderly way. */
  async release(edition: EditionName): Promise<void> {
    const old = this.workers;
    this.workers = [await this.newWorker(edition)];
    await Promise.all(old.map((worker) => worker.kill('SIGTERM')));
  }

  /** Brings back whatever is not there. */
  async revive(): Promise<void> {
    if (this.closed) throw new Error('the matrix was ended');
    await Promise.all([this.rig.start('postgres'), this.rig.start('temporal')]);
    await Promise.all(this.dispatchers.map((dispatcher) => dispatcher.kill()));
    this.dispatchers.splice(0, 2, this.newDispatcher(), this.newDispatcher());
    await this.release(this.edition);
  }

  /** The id under which an edition was released. */
  editionId(edition: EditionName): string {
    return this.editions.get(edition) ?? edition;
  }

  /** The start of a new case, in the edition that SQL says is current, as the API does it. */
  async startOf(procedure: ProcedureName, subject: JsonObject): Promise<CaseStart> {
    const number = `F${++this.cases}`;
    const { rows } = await this.pool.query<{ id: string }>('select id from edition where current');
    return {
      caseId: `${company}:${procedure}:${number}`,
      company,
      procedure,
      number,
      edition: rows[0]?.id ?? '',
      subject: { price: 10, ...subject },
      by: holderOf('desk'),
    };
  }

  async begin(dispatcher: Child, start: CaseStart): Promise<Answer> {
    return dispatcher.call<Answer>('start', dispatchOf(start.by, start.caseId, start));
  }

  /** Tasks of a case that are open, as SQL shows them. */
  async openTasks(caseId: string): Promise<readonly TaskRow[]> {
    const { rows } = await this.pool.query<{ row: TaskRow }>("select row from task where case_id = $1 and state = 'open'", [caseId]);
    return rows.map(({ row }) => row);
  }

  /** Waits for the task of a step: an effect may be before it. */
  openTask(caseId: string, step: string): Promise<TaskRow> {
    return until(`task ${step} of ${caseId}`, 20_000, async () => (await this.openTasks(caseId)).find((task) => task.step === step));
  }

  async turnOf(caseId: string): Promise<number> {
    const { rows } = await this.pool.query<{ turn: number }>('select turn from kase where id = $1', [caseId]);
    return rows[0]?.turn ?? 0;
  }

  /** Answers the open task of a step, as the person who holds its role. */
  async answer(dispatcher: Child, caseId: string, step: string): Promise<void> {
    const task = await this.openTask(caseId, step);
    const command: CommandBody = { verb: 'complete', task: task.id, rev: task.rev, data: { outcome: 'done' } };
    const answer = await dispatcher.call<Answer>('command', caseId, commandOf(holderOf(step), `prepare ${task.id}`, command));
    if (answer.kind !== 'done') throw new Error(`preparing ${caseId}: ${answer.code} ${JSON.stringify(answer.values)}`);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all([...this.dispatchers, ...this.workers].map((child) => child.kill()));
    await this.pool.end();
    await this.client.connection.close();
    await this.rig.close();
  }
}

/** A command with its id, as the API makes it of actor and key. */
export function dispatchOf<Body extends CaseStart | Command>(actor: string, key: string, body: Body): Dispatch<Body> {
  return { id: hashOf([actor, key]), actor, key, bodyHash: hashOf(body as unknown as JsonObject), body };
}

export function commandOf(by: string, key: string, body: CommandBody): Dispatch<Command> {
  return dispatchOf<Command>(by, key, { ...body, by });
}
