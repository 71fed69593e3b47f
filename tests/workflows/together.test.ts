import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../db/ledger.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import type { Person } from '../../domain/policy/policy.js';
import { report } from '../../workflows/engine/contract.js';
import { type Answer, Plant } from '../support/plant.js';
import { booksOf } from '../support/procedures/books.js';
import { crowd } from '../support/procedures/crowd/procedures.js';

const five = [1, 2, 3, 4, 5];
const people: readonly Person[] = [
  ...['technical', 'price'].flatMap((role) =>
    five.map((n) => ({ id: `${role}-${n}`, name: `${role} ${n}`, locale: 'en' as const, roles: [role] })),
  ),
  ...Array.from({ length: 45 }, (_, n) => ({
    id: `technical-${n + 6}`,
    name: `technical ${n + 6}`,
    locale: 'en' as const,
    roles: ['technical'],
  })),
  ...Array.from({ length: 10 }, (_, n) => ({ id: `dates-${n + 1}`, name: `dates ${n + 1}`, locale: 'en' as const, roles: ['dates'] })),
  ...['desk', 'pmc'].map((role) => ({ id: role, name: role, locale: 'en' as const, roles: [role] })),
];
const lines = Array.from({ length: 10 }, (_, n) => ({ id: String(n + 1), quantity: n + 1 }));
const date = '2027-01-15';

let plant: Plant;
/** The addresses of two APIs, each with workers beside it. */
let apis: readonly string[];
beforeAll(async () => {
  const workflows = fileURLToPath(new URL('../support/procedures/crowd/index.ts', import.meta.url));
  plant = await Plant.start({
    source: { books: booksOf({ crowd: { implementation: 'crowd' } }), workflows, procedures: { crowd } },
    people: { tests: people },
  });
  apis = [plant.api.url, await plant.join()];
});
afterAll(() => plant.close());

const begin = () => plant.begin('desk', 'tests', 'crowd', { lines, price: 5 });
/** A person's decision, and their inbox right after it, from the same API. */
async function decide(
  person: string,
  task: TaskRow,
  data: object,
  n: number,
): Promise<{ person: string; answer: Answer; inbox: readonly TaskRow[] }> {
  const url = apis[n % 2];
  const answer = await plant.decide(person, task, { verb: 'complete', data }, url);
  const { body } = await plant.ask(person, 'GET', '/tasks', undefined, {}, url);
  return { person, answer, inbox: [...body['items']!] as unknown as readonly TaskRow[] };
}

describe('two APIs and two workers on one case', () => {
  it('when twenty people decide at once, then each decision counts once, the losers are told who won, and every inbox is right', async () => {
    const id = await begin();
    const [technical, price, dates] = await Promise.all(['technical', 'price', 'dates'].map((step) => plant.openTask(id, step)));
    const review = (task: TaskRow) => five.map((n) => decide(`${task.step}-${n}`, task, { outcome: 'done' }, n));
    const dated = lines.map(({ id: line }, n) => decide(`dates-${line}`, dates!, { outcome: 'done', lines: { [line]: { date } } }, n));
    const ends = await Promise.all([...review(technical!), ...review(price!), ...dated]);

    const won = ends.filter(({ answer }) => answer.status === 200);
    const winners = (role: string) => won.filter(({ person }) => person.startsWith(role)).length;
    expect([winners('technical'), winners('price'), winners('dates'), won.length]).toEqual([1, 1, 10, 12]);
    for (const { person, answer } of ends.filter(({ answer: { status } }) => status !== 200)) {
      const role = person.split('-')[0]!;
      const winner = won.find((one) => one.person.startsWith(role))!.person;
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'TASK_CLOSED', values: { by: winner, verb: 'complete', outcome: 'done' } },
      });
      expect(String(answer.body['message'])).toContain(winner.replace('-', ' '));
    }
    for (const { person, inbox } of ends) {
      const mine = inbox.filter(({ step }) => person.startsWith(step));
      if (person.startsWith('dates')) for (const task of mine) expect(task.lines).not.toContain(person.split('-')[1]);
      else expect(mine).toEqual([]);
    }

    const ledger = await plant.ledger(id);
    expect(ledger.map(({ seq }) => seq)).toEqual(ledger.map((_, index) => index + 1));
    expect(await verifyChain(plant.pool, id)).toEqual({ ok: true, rows: ledger.length });
    expect(ledger.filter(({ type }) => type === 'completed' || type === 'answered-part')).toHaveLength(12);
    const { seq, digest, turn } = await plant.view(id);
    expect({ seq, digest, turn }).toEqual({ seq: ledger.length, digest: ledger.at(-1)?.head?.digest, turn: 13 });
    expect(await plant.open(id)).toEqual(['pmc']);
    await plant.complete('pmc', id, 'pmc');
    expect(await plant.client.workflow.getHandle(id).result()).toBe('settled');
  });

  it.each([false, true])(
    'when fifty people act at once on one seat (SQL lags: %s), then one wins, and each other is told who, when and how',
    async (lags) => {
      const id = await begin();
      const task = await plant.openTask(id, 'technical');
      const fifty = Array.from({ length: 50 }, (_, n) => `technical-${n + 1}`);
      await Promise.all(fifty.map((person) => plant.ask(person, 'GET', '/me')));
      const lock = await plant.pool.connect();
      await lock.query('begin');
      if (lags) await lock.query('select from kase where id = $1 for update', [id]);
      const deciding = Promise.all(
        fifty.map((person, n) => plant.decide(person, task, { verb: 'complete', data: { outcome: 'done' } }, apis[n % 2])),
      );
      if (lags) await sleep(1_500);
      await lock.query('commit');
      lock.release();
      const answers = await deciding;
      const winners = fifty.filter((_, n) => answers[n]!.status === 200);
      expect(winners).toHaveLength(1);
      const { closedAt } = (await plant.tasks(id)).find((one) => one.id === task.id)!;
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(answer).toMatchObject({
          status: 409,
          body: { code: 'TASK_CLOSED', values: { by: winners[0], at: closedAt, verb: 'complete' } },
        });
        expect(String(answer.body['message'])).toContain(winners[0]!.replace('-', ' '));
      }
      expect((await plant.ledger(id)).filter(({ type }) => type === 'completed')).toHaveLength(1);
    },
  );

  it('when one person clicks twenty times with one key, then it is one decision with one answer', async () => {
    const id = await begin();
    const task = await plant.openTask(id, 'technical');
    const path = `/tasks/${encodeURIComponent(task.id)}/commands`;
    const body = { verb: 'complete', rev: task.rev, data: { outcome: 'done' } };
    const clicks = Array.from({ length: 20 }, (_, n) =>
      plant.ask('technical-1', 'POST', path, body, { 'idempotency-key': 'one-decision' }, apis[n % 2]),
    );
    const answers = await Promise.all(clicks);
    expect(new Set(answers.map(({ status, body: { turn } }) => `${status} ${String(turn)}`))).toEqual(new Set(['200 2']));
    expect((await plant.ledger(id)).filter(({ type }) => type === 'completed')).toHaveLength(1);
  });

  it('when twenty starts bear the same number, then there is one case, and the others are told of it', async () => {
    const number = `TT-${crypto.randomUUID().slice(0, 8)}`;
    const start = (n: number) =>
      plant.ask('desk', 'POST', '/cases', { company: 'tests', procedure: 'crowd', number, subject: { lines, price: n } }, {}, apis[n % 2]);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => start(n)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const lost = answers.filter(({ status }) => status !== 201);
    for (const answer of lost)
      expect(answer).toMatchObject({ status: 409, body: { code: 'DUPLICATE_NUMBER', values: { case: `tests:crowd:${number}` } } });
  });
});

describe('a case whose history grew long', () => {
  const runOf = async (id: string) => (await plant.client.workflow.getHandle(id).describe()).runId;
  const sameReport = { kind: 'event', event: 'grown', report: 'grown-1' } as const;
  /** A report that comes again and again: from the second on it changes nothing but the length of the history, until that is past the size at which the server suggests to continue as new. */
  async function grow(id: string): Promise<void> {
    const run = await runOf(id);
    const filler = 'x'.repeat(900_000);
    for (let n = 0; n < 8 && (await runOf(id)) === run; n++) {
      await plant.client.workflow.getHandle(id).signal(report, { ...sameReport, data: { filler } });
      await plant.view(id);
    }
  }

  it('when it continues as new, then ids, digests and command ids are kept, and nothing is written', async () => {
    const id = await begin();
    const technical = await plant.openTask(id, 'technical');
    const path = `/tasks/${encodeURIComponent(technical.id)}/commands`;
    const once = () =>
      plant.ask(
        'technical-1',
        'POST',
        path,
        { verb: 'complete', rev: technical.rev, data: { outcome: 'done' } },
        { 'idempotency-key': 'grown-long' },
      );
    expect((await once()).status).toBe(200);
    await plant.client.workflow.getHandle(id).signal(report, { ...sameReport, data: {} });
    await plant.until(
      () => plant.ledger(id),
      (rows) => rows.at(-1)?.type === 'reported',
    );
    const [before, ledger, run] = await Promise.all([plant.view(id), plant.ledger(id), runOf(id)]);

    await grow(id);
    await plant.until(
      () => runOf(id),
      (now) => now !== run,
    );
    expect(await plant.view(id)).toMatchObject({
      seq: before.seq,
      turn: before.turn,
      digest: before.digest,
      tasks: before.tasks,
      edition: before.edition,
    });
    expect(await plant.ledger(id)).toEqual(ledger);

    await plant.pool.query("update command set status = 'pending', answer = null where case_id = $1 and verb = 'complete'", [id]);
    expect(await once()).toMatchObject({ status: 200, body: { turn: before.turn } });
    expect((await plant.view(id)).turn).toBe(before.turn);
    expect(await plant.decide('technical-2', technical, { verb: 'complete', data: { outcome: 'done' } })).toMatchObject({
      status: 409,
      body: { code: 'TASK_CLOSED', values: { by: 'technical-1' } },
    });
    await plant.complete('price-1', id, 'price');
    await plant.complete('dates-1', id, 'dates', { outcome: 'done', lines: Object.fromEntries(lines.map((line) => [line.id, { date }])) });
    await plant.complete('pmc', id, 'pmc');
    expect(await plant.client.workflow.getHandle(id).result()).toBe('settled');
    expect(await verifyChain(plant.pool, id)).toMatchObject({ ok: true });
  });
});
