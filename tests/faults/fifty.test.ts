import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDemoPeople } from '../../client/cli/parts.js';
import { createToken } from '../../db/authentication.js';
import { verifyChain } from '../../db/ledger.js';
import { createPool } from '../../db/pool.js';
import type { Row, TaskRow } from '../../domain/engine/ledger.js';
import type { Person } from '../../domain/policy/policy.js';
import { loadBooks } from '../../policies/load.js';
import type { Answer, Body } from '../support/plant.js';
import { Processes } from '../support/processes.js';
import { until } from './patience.js';

/** Fifty of each: merchandisers review orders, warehouse keepers sign for returned goods, production control gives dates. */
const crowdOf = (role: string): readonly Person[] =>
  Array.from({ length: 50 }, (_, n) => ({ id: `${role}-${n + 1}`, name: `${role} no. ${n + 1}`, locale: 'zh' as const, roles: [role] }));
const merchandisers = crowdOf('merchandiser');
const keepers = crowdOf('warehouse-keeper');
const planners = crowdOf('pmc-dept');
const languages = ['zh', 'en', 'id'] as const;

let processes: Processes;
let pool: pg.Pool;
/** Two APIs, each a process of its own; a third has the worker. */
let apis: readonly string[];
const tokens = new Map<string, string>();

beforeAll(async () => {
  processes = await Processes.prepare();
  const policies = await loadBooks('policies');
  const hehe = [...(policies.people['hehe'] ?? []), ...merchandisers, ...keepers, ...planners];
  await loadDemoPeople(processes.database.url, { ...policies, people: { ...policies.people, hehe } });
  pool = createPool({ databaseUrl: processes.database.url, applicationName: 'gendan test', onError: () => undefined });
  for (const { id } of hehe) tokens.set(id, (await createToken(pool, id))?.secret ?? '');
  await processes.start(['worker'], /serves edition/);
  apis = await Promise.all([processes.api(), processes.api()]);
}, 300_000);
afterAll(async () => {
  await pool.end();
  await processes.close();
});

let asked = 0;
/** One request as a person, to one of the two APIs in turn or to the one named. */
async function ask(
  person: string,
  method: string,
  path: string,
  body?: object,
  more: { language?: string; api?: number } = {},
): Promise<Answer> {
  const key = `${person}-${++asked}`;
  const response = await fetch(`${apis[(more.api ?? asked) % 2]}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tokens.get(person)}`,
      'content-type': 'application/json',
      'idempotency-key': key,
      'accept-language': more.language ?? 'en',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

async function begin(procedure: string, example: string, number: string): Promise<string> {
  const given = JSON.parse(readFileSync(`examples/hehe/${example}.json`, 'utf8')) as object;
  // The same customer's order twice would be a finding of the review.
  const subject = 'customerPo' in given ? { ...given, customerPo: number } : given;
  const { status, body } = await ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure, number, subject });
  expect(status, JSON.stringify(body)).toBe(201);
  return String(body['caseId']);
}

const taskOf = (caseId: string, step: string): Promise<TaskRow> =>
  until(`${step} of ${caseId}`, 20_000, async () => {
    const { rows } = await pool.query<{ row: TaskRow }>("select row from task where case_id = $1 and step = $2 and state = 'open'", [
      caseId,
      step,
    ]);
    return rows[0]?.row;
  });

async function complete(person: string, caseId: string, step: string, data: object): Promise<void> {
  const { id, rev } = await taskOf(caseId, step);
  const done = await ask(person, 'POST', `/tasks/${encodeURIComponent(id)}/commands`, { verb: 'complete', rev, data });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
}

/** What the fifty do, what the losers are told, and how SQL tells of the winner. */
interface Scene {
  readonly what: string;
  readonly people: readonly Person[];
  readonly step: string;
  open(number: string): Promise<string>;
  readonly data: object;
  readonly code: string;
  readonly row: Row['type'];
  readonly values?: object;
}

const number = (): string => `F-${++asked}`;
const scenes: readonly Scene[] = [
  {
    what: 'a step of one seat',
    people: merchandisers,
    step: 'initial-review',
    open: (named) => begin('order-intake', 'connecting-rods', named),
    data: { outcome: 'accurate' },
    code: 'TASK_CLOSED',
    row: 'completed',
    values: { outcome: 'accurate' },
  },
  {
    what: 'one seat of a countersign',
    people: keepers,
    step: 'sign-off',
    open: async (named) => {
      const id = await begin('return', 'return-coating', named);
      await complete('zhou-wei', id, 'analyse-reason', { outcome: 'company-fault', findings: '涂层不良' });
      await complete('feng-gang', id, 'sign-company-cause', { outcome: 'signed', treatment: 'rework' });
      await complete('chen-li', id, 'answer-application', { outcome: 'answered' });
      await complete('chen-li', id, 'take-announcement', { outcome: 'announced', freightBill: 'HY-1' });
      await complete('chen-li', id, 'take-details', { lines: { 1: { quantity: 60 }, 2: { quantity: 20 } } });
      await complete('chen-li', id, 'start-formalities', { outcome: 'started' });
      const asNamed = { 1: { quantity: 60, model: 'as-named' }, 2: { quantity: 20, model: 'as-named' } };
      await complete('he-jun', id, 'receive', { outcome: 'counted', lines: asNamed });
      return id;
    },
    data: { outcome: 'approved' },
    code: 'SEAT_CLOSED',
    row: 'voted',
    values: { seat: 'warehouse-keeper' },
  },
  {
    what: 'one line of a table',
    people: planners,
    step: 'delivery-date',
    open: async (named) => {
      const id = await begin('order-intake', 'connecting-rods', named);
      await complete('chen-li', id, 'initial-review', { outcome: 'accurate' });
      await complete('chen-li', id, 'enter-order', { outcome: 'entered' });
      await complete('zhang-min', id, 'joint-review', { outcome: 'correct' });
      await complete('zhang-min', id, 'pass-to-pmc', { outcome: 'passed' });
      await complete('chen-li', id, 'production-points', { outcome: 'known', points: 'burrs' });
      await complete('wang-qiang', id, 'command-production', { outcome: 'commanded', assembly: 'ZZ-1' });
      return id;
    },
    data: { lines: { '1': { date: '2027-12-10' } } },
    code: 'LINE_CLOSED',
    row: 'answered-part',
    values: { line: '1' },
  },
];

describe.each(scenes)(
  'fifty people who act at once on $what, through two API processes',
  ({ people, step, open, data, code, row, values }) => {
    it.each([false, true])('when SQL lags: %s, then exactly one wins, and each other is told who, when and how', async (lags) => {
      const caseId = await open(number());
      const task = await taskOf(caseId, step);
      await Promise.all(people.map(({ id }, n) => ask(id, 'GET', '/me', undefined, { api: n })));
      const lock = await pool.connect();
      await lock.query('begin');
      if (lags) await lock.query('select from kase where id = $1 for update', [caseId]);
      const path = `/tasks/${encodeURIComponent(task.id)}/commands`;
      const deciding = Promise.all(
        people.map(({ id }, n) =>
          ask(id, 'POST', path, { verb: 'complete', rev: task.rev, data }, { api: n, language: languages[n % 3]! }),
        ),
      );
      if (lags) await sleep(1_500);
      await lock.query('commit');
      lock.release();
      const answers = await deciding;

      const winners = people.filter((_, n) => answers[n]!.status === 200);
      expect(winners, JSON.stringify(answers[0])).toHaveLength(1);
      const [{ id: winner, name }] = winners as [Person];
      const { rows } = await pool.query<{ row: Row }>('select row from ledger where case_id = $1 order by seq', [caseId]);
      const told = rows.map((one) => one.row).filter((one) => one.type === row && one.task?.id === task.id);
      expect(told).toMatchObject([{ by: winner }]);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(answer).toMatchObject({ status: 409, body: { code, values: { by: winner, at: told[0]!.at, verb: 'complete', ...values } } });
        expect(String(answer.body['message'])).toContain(name);
      }
      // The next list of everybody is that of after it.
      const lists = await Promise.all(people.map(({ id }, n) => ask(id, 'GET', '/tasks?limit=200', undefined, { api: n })));
      for (const { body } of lists) {
        const listed = [...body['items']!].find((item) => String(item['id']) === task.id) as unknown as TaskRow | undefined;
        if (code === 'LINE_CLOSED') expect(listed?.lines).not.toContain('1');
        else expect(listed).toBeUndefined();
      }
      expect(await verifyChain(pool, caseId)).toMatchObject({ ok: true });
    });
  },
);
