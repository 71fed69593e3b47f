import pg from 'pg';
import type { Servers } from '../embedded/servers.js';
import { benchBooks } from './books.js';
import { startChild } from './child.js';
import { freshDatabase } from './databases.js';
import { HttpClient } from './http-client.js';
import { seedInbox } from './inbox-seed.js';
import type { Line } from './report.js';
import { quantile } from './statistics.js';

/** Open seats of the two inboxes that are compared. */
const sizes = { few: 1_000, many: 100_000 };
const requests = 600;

interface Times {
  readonly page: readonly number[];
  readonly next: readonly number[];
  readonly team: readonly number[];
  readonly counts: readonly number[];
}

/** The inbox with a hundred thousand open seats over HTTP, beside one with a thousand: pages of 50 and the counts, for people of every kind in turn. */
export async function inboxLines(servers: Servers, say: (text: string) => void): Promise<readonly Line[]> {
  const few = await measure(servers, sizes.few, say);
  const many = await measure(servers, sizes.many, say);
  const lines = (Object.keys(many) as (keyof Times)[]).flatMap((what): readonly Line[] => {
    const p = (times: Times, share: number): number => quantile(times[what], share);
    const note = `p50 ${p(many, 0.5).toFixed(1)} ms; with ${sizes.few} seats p50 ${p(few, 0.5).toFixed(1)}, p99 ${p(few, 0.99).toFixed(1)} ms`;
    return [
      { goal: '', what: `inbox ${what} p99, ${sizes.many} open seats`, value: p(many, 0.99), unit: 'ms', must: 20, note },
      { goal: '', what: `inbox ${what} p50 ÷ the same with ${sizes.few}`, value: p(many, 0.5) / p(few, 0.5), unit: '', aim: 1.3 },
    ];
  });
  return lines;
}

async function measure({ databaseUrl: server, temporalAddress }: Servers, open: number, say: (text: string) => void): Promise<Times> {
  const databaseUrl = await freshDatabase(server, `bench_inbox_${open}`);
  const tokens = await seedInbox(databaseUrl, await benchBooks(), open);
  say(`  ${open} open seats are there`);
  const api = await startChild(new URL('ours-api.ts', import.meta.url), { databaseUrl, temporalAddress });
  const http = new HttpClient(api.ready['url'] ?? '');
  try {
    const people = Object.keys(tokens);
    const times = { page: [] as number[], next: [] as number[], team: [] as number[], counts: [] as number[] };
    const timed = async <Body>(path: string, person: string): Promise<{ readonly ms: number; readonly body: Body }> => {
      const since = performance.now();
      const { status, body } = await http.get<Body>(path, tokens[person] ?? '');
      if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
      return { ms: performance.now() - since, body };
    };
    for (let n = -100; n < requests; n++) {
      const person = people[Math.abs(n) % people.length] ?? '';
      const page = await timed<{ readonly next: string | null }>('/api/v1/tasks?view=mine&limit=50', person);
      const after = page.body.next === null ? undefined : await timed(`/api/v1/tasks?view=mine&limit=50&after=${page.body.next}`, person);
      const team = await timed('/api/v1/tasks?view=team&limit=50', person);
      const counts = await timed('/api/v1/tasks/counts', person);
      if (n < 0) continue;
      times.page.push(page.ms);
      if (after !== undefined) times.next.push(after.ms);
      times.team.push(team.ms);
      times.counts.push(counts.ms);
    }
    if (open === sizes.many) say(await explained(databaseUrl));
    return times;
  } finally {
    http.close();
    await api.stop();
  }
}

/** How PostgreSQL reads a page of one key, to be looked at. */
async function explained(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers) select task_id from seat s where s.open and s.company = 'hehe' and s.key = 'role:merchandiser@foshan' and s.overdue = false
        and (s.due_at, s.task_id) > ('-infinity'::timestamptz, '') and 'clerk-0' <> all(s.excluded) order by s.company, s.key, s.overdue desc, s.due_at, s.task_id limit 51`,
    );
    return rows.map((row) => `  ${row['QUERY PLAN']}`).join('\n');
  } finally {
    await client.end();
  }
}
