import { Client, Connection } from '@temporalio/client';
import { ownNamespace } from '../tests/support/temporal.js';
import { startChild } from './child.js';
import { HttpClient } from './http-client.js';
import { type Leg, type OrderTimes, steps } from './leg.js';
import { endedHistory } from './metered-plant.js';
import { type Task, takeOrder, threeTasks } from './orders.js';
import { bringPeople, type Tokens } from './people.js';
import type { OursSetting } from './sealers.js';

interface Inbox {
  readonly items: readonly Task[];
}

/** Leg `ours`: the product's worker and API, each a process of its own, driven over HTTP by people with tokens. The database is migrated and of the leg's own. */
export async function startOurs({ databaseUrl, temporalAddress, sealing }: OursSetting): Promise<Leg> {
  const tokens = await bringPeople(databaseUrl);
  const connection = await Connection.connect({ address: temporalAddress });
  // Beside the sealed leg it has workflows of the same names.
  const namespace = sealing === undefined ? 'default' : await ownNamespace(connection);
  const client = new Client({ connection, namespace });
  const setting = { databaseUrl, temporalAddress, namespace, ...(sealing === undefined ? {} : { sealing }) };
  const worker = await startChild(new URL('ours-worker.ts', import.meta.url), setting);
  const api = await startChild(new URL('ours-api.ts', import.meta.url), setting);
  const http = new HttpClient(api.ready['url'] ?? '');
  return {
    name: sealing === undefined ? 'ours' : 'plain',
    processes: [
      { name: 'worker', pid: worker.pid },
      { name: 'api', pid: api.pid },
    ],
    order: (number) => timedOrder(http, tokens, number),
    events: async (number) => (await endedHistory(client, `tests:three-tasks:${number}`)).events,
    async stop() {
      http.close();
      await connection.close();
      await api.stop();
      await worker.stop();
    },
  };
}

/** One order over HTTP: each person completes their task, the next one looks into their inbox at once. */
async function timedOrder(http: HttpClient, tokens: Tokens, number: string): Promise<OrderTimes> {
  const hops: number[] = [];
  const seen: number[] = [];
  let misses = 0;
  await takeOrder(http, tokens, threeTasks, number, async (what, command) => {
    const since = performance.now();
    const answer = await command();
    const answered = performance.now();
    const [next] = answer.body.openTasks;
    if (next !== undefined && !(await isInInbox(http, tokens[next.step] ?? '', next))) misses++;
    if (next === undefined && answer.body.status !== 'closed') throw new Error(`${number} is ${answer.body.status} with nothing to do`);
    if (what === 'start') return answer;
    hops.push(answered - since);
    seen.push(performance.now() - since);
    return answer;
  });
  if (hops.length !== steps.length) throw new Error(`${number} took ${hops.length} tasks`);
  return { hops, seen, misses };
}

async function isInInbox(http: HttpClient, token: string, task: Task): Promise<boolean> {
  const { status, body } = await http.get<Inbox>('/api/v1/tasks?view=mine', token);
  if (status !== 200) throw new Error(`inbox: ${status} ${JSON.stringify(body)}`);
  return body.items.some(({ id }) => id === task.id);
}
