import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { createPool } from '../db/pool.js';
import { loadDirectory } from '../db/directory.js';
import { migrate } from '../db/migrate.js';
import { createToken } from '../db/tokens.js';
import { benchBooks, benchPeople } from './books.js';
import { startChild } from './child.js';
import { HttpClient } from './http-client.js';
import { kilobyte, type Leg, type OrderTimes, type Step, steps } from './leg.js';

/** What the driver reads of a task. */
interface Task {
  readonly id: string;
  readonly step: string;
  readonly rev: number;
}
interface Started {
  readonly caseId: string;
  readonly openTasks: readonly Task[];
}
interface Decided {
  readonly openTasks: readonly Task[];
  readonly status: string;
}
interface Inbox {
  readonly items: readonly Task[];
}

export interface OursOptions {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

/** Leg `ours`: the product's worker and API, each a process of its own, driven over HTTP by people with tokens. */
export async function startOurs({ databaseUrl, temporalAddress }: OursOptions): Promise<Leg> {
  const tokens = await prepare(databaseUrl);
  const worker = await startChild('ours-worker.ts', { databaseUrl, temporalAddress });
  const api = await startChild('ours-api.ts', { databaseUrl, temporalAddress });
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection });
  const http = new HttpClient(String(api.ready['url']));
  return {
    name: 'ours',
    processes: [
      { name: 'worker', pid: worker.pid },
      { name: 'api', pid: api.pid },
    ],
    order: (number) => new OrderDriver(http, tokens, number).run(),
    events: async (number) => finishedLength(client, caseIdOf(number)),
    async stop() {
      http.close();
      await connection.close();
      await api.stop();
      await worker.stop();
    },
  };
}

type Tokens = Readonly<Record<Step, string>>;
const caseIdOf = (number: string): string => `tests:three-tasks:${number}`;

/** Schema, people and tokens, as the product's own start makes them. */
async function prepare(databaseUrl: string): Promise<Tokens> {
  await migrate(databaseUrl);
  const pool = createPool({ databaseUrl, applicationName: 'gendan bench', onError: () => undefined });
  try {
    const { tests } = await benchBooks();
    if (tests === undefined) throw new Error('no test books');
    await loadDirectory(pool, [{ company: tests.company, people: benchPeople }]);
    const tokens: [string, string][] = [];
    for (const { id, name } of benchPeople) tokens.push([name, (await createToken(pool, id))?.secret ?? '']);
    return Object.fromEntries(tokens) as Tokens;
  } finally {
    await pool.end();
  }
}

/** One order over HTTP: each person completes their task, the next one looks into their inbox at once. */
class OrderDriver {
  private readonly http: HttpClient;
  private readonly tokens: Tokens;
  private readonly number: string;
  private readonly hops: number[] = [];
  private readonly seen: number[] = [];
  private misses = 0;

  constructor(http: HttpClient, tokens: Tokens, number: string) {
    this.http = http;
    this.tokens = tokens;
    this.number = number;
  }

  async run(): Promise<OrderTimes> {
    const body = { company: 'tests', procedure: 'three-tasks', number: this.number, subject: { note: kilobyte } };
    const started = await this.http.post<Started>('/api/v1/cases', this.tokens.desk, `start-${this.number}`, body);
    if (started.status !== 201) throw new Error(`start: ${started.status} ${JSON.stringify(started.body)}`);
    let [task] = started.body.openTasks;
    await this.look('desk', task);
    for (const [place, step] of steps.entries()) {
      const since = performance.now();
      const decided = await this.complete(step, task);
      this.hops.push(performance.now() - since);
      [task] = decided.openTasks;
      const next = steps[place + 1];
      if (next !== undefined) await this.look(next, task);
      else if (decided.status !== 'closed') throw new Error(`${this.number} is ${decided.status} after its last task`);
      this.seen.push(performance.now() - since);
    }
    return { hops: this.hops, seen: this.seen, misses: this.misses };
  }

  private async complete(step: Step, task: Task | undefined): Promise<Decided> {
    if (task?.step !== step) throw new Error(`${this.number}: ${step} is not open`);
    const body = { verb: 'complete', rev: task.rev, data: { outcome: 'done', note: kilobyte } };
    const path = `/api/v1/tasks/${encodeURIComponent(task.id)}/commands`;
    const { status, body: decided } = await this.http.post<Decided>(path, this.tokens[step], `${this.number}-${step}`, body);
    if (status !== 200) throw new Error(`${step}: ${status} ${JSON.stringify(decided)}`);
    return decided;
  }

  /** Reads a person's inbox; the task must be there. */
  private async look(step: Step, task: Task | undefined): Promise<void> {
    const { status, body } = await this.http.get<Inbox>('/api/v1/tasks?view=mine', this.tokens[step]);
    if (status !== 200) throw new Error(`inbox: ${status} ${JSON.stringify(body)}`);
    if (!body.items.some(({ id }) => id === task?.id)) this.misses++;
  }
}

/** The history's length once the workflow has ended, which is a moment after the last answer. */
async function finishedLength(client: Client, workflowId: string): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const { status, historyLength } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return historyLength;
    await sleep(100);
  }
  throw new Error(`${workflowId} does not end`);
}
