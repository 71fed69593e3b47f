import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Servers } from '../embedded/servers.js';
import { type BenchChild, startChild } from './child.js';
import { type Answer, HttpClient } from './http-client.js';
import { kilobyte } from './leg.js';
import { type Decided, type Task, threeTasks } from './orders.js';
import { bringPeople, type Tokens } from './people.js';
import type { Line } from './report.js';
import { median } from './statistics.js';

export interface OpenOptions {
  /** Migrated and of the part's own. */
  readonly databaseUrl: string;
  readonly servers: Servers;
  /** How many cases are open when memory is read, ascending. */
  readonly sizes: readonly number[];
  /** Cases that are started at once. */
  readonly inFlight: number;
  readonly say: (text: string) => void;
}

const pairs = 40;
const commandsAtKill = 16;
const recoverWithinMs = 120_000;
const caseOf = (n: number): string => `tests:three-tasks:open-${n}`;

/**
 * What many open cases cost: memory (G8), a command to a case that left the worker's cache (G8b), and how all comes back when every process
 * is killed with commands under way (G9). Starts some tens of cases a second.
 */
export async function openLines(options: OpenOptions): Promise<readonly Line[]> {
  const tokens = await bringPeople(options.databaseUrl);
  const crowd = new Crowd(options, tokens);
  await crowd.start();
  try {
    const memory: number[] = [];
    for (const size of options.sizes) {
      await crowd.fill(size);
      memory.push(await crowd.memory());
      options.say(`${size} open: worker + API ${megabytes(memory.at(-1) ?? 0)} MB`);
    }
    const [least = 1] = memory;
    const most = memory.at(-1) ?? Number.NaN;
    const small = options.sizes[0] ?? 0;
    const large = options.sizes.at(-1) ?? 0;
    return [
      {
        goal: 'G8',
        what: `worker + API memory at ${large} open ÷ at ${small}`,
        value: most / least,
        unit: '',
        must: 2,
        aim: 1.2,
        note: `${megabytes(most)} : ${megabytes(least)} MB`,
      },
      await crowd.evicted(),
      ...(await crowd.recovery()),
    ];
  } finally {
    await crowd.stop();
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** A worker and an API with many open cases, each at its first task or, once touched, at its second. */
class Crowd {
  private readonly options: OpenOptions;
  private readonly tokens: Tokens;
  private children: readonly BenchChild[] = [];
  private http = new HttpClient('http://127.0.0.1');
  private open = 0;
  /** Cases from either end that were answered already. */
  private touched = 0;

  constructor(options: OpenOptions, tokens: Tokens) {
    this.options = options;
    this.tokens = tokens;
  }

  async start(): Promise<void> {
    const { databaseUrl, servers } = this.options;
    const where = { databaseUrl, temporalAddress: servers.temporalAddress };
    const worker = await startChild(new URL('ours-worker.ts', import.meta.url), where);
    const api = await startChild(new URL('ours-api.ts', import.meta.url), where).catch(async (thrown: unknown) => {
      await worker.kill();
      throw thrown;
    });
    this.children = [worker, api];
    this.http = new HttpClient(api.ready['url'] ?? '');
  }

  async stop(): Promise<void> {
    this.http.close();
    for (const child of this.children.toReversed()) await child.stop();
  }

  /** Starts cases until so many are open. */
  async fill(size: number): Promise<void> {
    const { say, inFlight } = this.options;
    const lane = async (): Promise<void> => {
      while (this.open < size) {
        const n = this.open++;
        const { company, procedure, subject, starter } = threeTasks;
        const body = { company, procedure, number: `open-${n}`, subject };
        const answer = await this.http.post<Decided>('/api/v1/cases', this.tokens[starter] ?? '', `open-${n}`, body);
        if (answer.status !== 201) throw new Error(`start: ${answer.status} ${JSON.stringify(answer.body)}`);
        if (n % 1000 === 999) say(`${n + 1} started`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  }

  /** Resident bytes of worker and API, some seconds after the last command. */
  async memory(): Promise<number> {
    await sleep(5_000);
    return this.children.reduce((sum, { pid }) => sum + residentBytes(pid), 0);
  }

  /** Oldest and newest cases in turn: the oldest left the cache when there are more than it holds. */
  async evicted(): Promise<Line> {
    const ratios: number[] = [];
    const count = Math.min(pairs, Math.floor(this.open / 4));
    for (let pair = 0; pair < count; pair++) {
      const old = await this.timed(pair);
      const young = await this.timed(this.open - 1 - pair);
      ratios.push(old / young);
    }
    this.touched = count;
    return { goal: 'G8b', what: 'hop of a case out of the cache ÷ in it', value: median(ratios), unit: '', must: 3, aim: 1.5 };
  }

  /** Kills everything with commands under way, brings it back, sends them again, and counts. The servers come back by their supervisor. */
  async recovery(): Promise<readonly Line[]> {
    const { servers, say } = this.options;
    const chosen = Array.from({ length: Math.min(commandsAtKill, this.open - 2 * this.touched - 1) }, (_, index) => this.touched + index);
    const underWay = chosen.map((n) => this.answer(n).catch(() => undefined));
    await sleep(30);
    const since = performance.now();
    for (const pid of Object.values(servers.processes)) process.kill(pid, 'SIGKILL');
    await Promise.all(this.children.map((child) => child.kill()));
    this.http.close();
    await Promise.all(underWay);
    await this.comeBack(this.touched + chosen.length);
    const seconds = (performance.now() - since) / 1000;
    say(`back after ${seconds.toFixed(1)} s`);
    for (const n of chosen) await insist(() => this.answered(n));
    const { lost, doubled } = await this.account(2 * this.touched + chosen.length + 1);
    return [
      { goal: 'G9', what: `kill -9 of everything at ${this.open} open, next task visible`, value: seconds, unit: 's', must: 15, aim: 5 },
      { goal: 'G9', what: 'lost', value: lost, unit: '', must: 0, aim: 0 },
      { goal: 'G9', what: 'doubled', value: doubled, unit: '', must: 0, aim: 0 },
    ];
  }

  /** Starts worker and API again as a service manager does, until a command to a case nobody has touched shows its next task. */
  private async comeBack(n: number): Promise<void> {
    await insist(() => this.start());
    await insist(async () => {
      const next = (await this.answered(n)).openTasks[0];
      const inbox = await this.http.get<{ readonly items: readonly Task[] }>(
        `/api/v1/tasks?view=mine&q=${encodeURIComponent(`open-${n}`)}`,
        this.tokens['planner'] ?? '',
      );
      if (next === undefined || !inbox.body.items.some(({ id }) => id === next.id)) throw new Error('the next task is not in the inbox');
    });
  }

  private answer(n: number): Promise<Answer<Decided>> {
    const path = `/api/v1/tasks/${encodeURIComponent(`${caseOf(n)}/desk#1`)}/commands`;
    return this.http.post<Decided>(path, this.tokens['desk'] ?? '', `desk-${n}`, {
      verb: 'complete',
      rev: 1,
      data: { outcome: 'done', note: kilobyte },
    });
  }

  private async answered(n: number): Promise<Decided> {
    const { status, body } = await this.answer(n);
    if (status !== 200) throw new Error(`answer of ${caseOf(n)}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  private async timed(n: number): Promise<number> {
    const since = performance.now();
    await this.answered(n);
    return performance.now() - since;
  }

  /** Every case has one open task, and what was answered was answered once. */
  private async account(answers: number): Promise<{ readonly lost: number; readonly doubled: number }> {
    const client = new pg.Client({ connectionString: this.options.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ cases: number; tasks: number; done: number; twice: number }>(
        `select (select count(distinct case_id)::integer from task where state = 'open') as cases, (select count(*)::integer from task where state = 'open') as tasks,
          (select count(*)::integer from task where state = 'completed') as done,
          (select count(*)::integer from (select row #>> '{task,id}' from ledger where type = 'completed' group by 1 having count(*) > 1) d) as twice`,
      );
      const { cases = 0, tasks = 0, done = 0, twice = 0 } = rows[0] ?? {};
      return { lost: this.open - cases + Math.max(0, answers - done), doubled: tasks - cases + twice + Math.max(0, done - answers) };
    } finally {
      await client.end();
    }
  }
}

/** Does it again until it succeeds. Fails with the last reason after two minutes. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + recoverWithinMs; ; await sleep(50)) {
    try {
      return await work();
    } catch (thrown) {
      if (Date.now() > end) throw thrown;
    }
  }
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? Number.NaN) * 1024;
}
