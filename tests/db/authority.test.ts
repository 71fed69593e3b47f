import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { saveAbsence } from '../../db/absences.js';
import { authenticate, createToken, type Principal } from '../../db/authentication.js';
import { countsOf } from '../../db/counts.js';
import { loadDirectory } from '../../db/directory.js';
import { applyRows } from '../../db/ledger.js';
import { waitingTasks } from '../../db/tasks.js';
import { mayAct } from '../../domain/authority/may-act.js';
import { reachOf } from '../../domain/authority/reach.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import type { CompanyPolicy, Person, StepPolicy } from '../../domain/policy/policy.js';
import { Scribe, useDatabase } from './stage.js';

const database = useDatabase();
const words = { en: 'x', zh: 'x', id: 'x' };
const company = {
  company: 'hehe',
  roles: { clerk: words, planner: words, leader: words },
  sites: { foshan: words, zhaoqing: words },
  teams: { export: words },
} as unknown as CompanyPolicy;
const step = {
  name: words,
  clauses: [],
  overdue: 'ladder',
  outcomes: {},
  fields: {},
  perLine: false,
  returnTo: [],
} as unknown as StepPolicy;
const ids = ['an', 'bo', 'cy', 'di', 'ed'] as const;
const nameAt = (n: number): string => ids[n % ids.length] ?? '';
const anyone = fc.constantFrom(...ids);
const role = fc.constantFrom('clerk', 'planner', 'leader');
const site = fc.constantFrom('foshan', 'zhaoqing');
const hour = 3_600_000;

const people = fc.tuple(
  ...ids.map((id) =>
    fc.record(
      {
        id: fc.constant(id),
        name: fc.constant(id),
        locale: fc.constant('en' as const),
        roles: fc.uniqueArray(role, { minLength: 1, maxLength: 1 }),
        sites: fc.uniqueArray(site, { minLength: 1 }),
        teams: fc.constant(['export']),
      },
      { requiredKeys: ['id', 'name', 'locale', 'roles'] },
    ),
  ),
);
interface LimitsAsked {
  readonly money?: { readonly amountMinor: number; readonly currency: string };
  readonly customers?: readonly string[];
  readonly procedures?: readonly string[];
}
const limits = fc.record(
  {
    money: fc.record({ amountMinor: fc.constantFrom(50_000, 100_000, 200_000), currency: fc.constantFrom('CNY', 'USD') }),
    customers: fc.uniqueArray(fc.constantFrom('ACME', 'Hongtai'), { minLength: 1 }),
    procedures: fc.uniqueArray(fc.constantFrom('order-intake', 'return'), { minLength: 1 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<LimitsAsked>;
const absences = fc.uniqueArray(
  fc.record({
    person: fc.nat(ids.length - 1),
    from: fc.constantFrom(-2, -1, -1, 1),
    until: fc.constantFrom(2, 3),
    standIns: fc.uniqueArray(
      fc.record({ next: fc.integer({ min: 1, max: ids.length - 1 }), limits: fc.oneof(fc.constant<LimitsAsked>({}), limits) }),
      {
        minLength: 1,
        maxLength: 2,
        selector: ({ next }) => next,
      },
    ),
  }),
  { minLength: 3, maxLength: 5, selector: ({ person }) => person },
);
// few for everybody: what is everybody's own is lent to nobody
const candidate = fc.oneof(
  { weight: 3, arbitrary: fc.record({ role, site }) },
  { weight: 2, arbitrary: fc.record({ role }) },
  { weight: 1, arbitrary: fc.record({ team: fc.constant('export') }) },
  { weight: 4, arbitrary: fc.record({ person: anyone }) },
);
const seats = fc
  .array(
    fc.record(
      {
        candidates: fc.uniqueArray(candidate, { maxLength: 3, selector: (one) => JSON.stringify(one) }),
        excluded: fc.uniqueArray(anyone, { minLength: 1, maxLength: 2 }),
        state: fc.constantFrom('waiting' as const, 'done' as const),
      },
      { requiredKeys: ['candidates'] },
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => all.map((seat, n) => ({ id: String(n + 1), ...seat })));
const cases = fc.array(
  fc.record({
    subject: fc.record(
      {
        customer: fc.constantFrom('ACME', 'Hongtai'),
        currency: fc.constantFrom('CNY', 'USD'),
        lines: fc.constantFrom(
          [{ quantity: 10, unitPriceMinor: 5_000 }],
          [
            { quantity: 10, unitPriceMinor: 9_000 },
            { quantity: 1, unitPriceMinor: 10_001 },
          ],
        ),
      },
      { requiredKeys: [] },
    ),
    tasks: fc.array(fc.record({ seats, overdue: fc.boolean() }), { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 2, maxLength: 5 },
);

let tokens: Map<string, string>;
let round = 0;
beforeAll(async () => {
  const everybody: Person[] = ids.map((id) => ({ id, name: id, locale: 'en', roles: ['clerk'] }));
  await loadDirectory(database.pool, [{ company, people: everybody }]);
  tokens = new Map(await Promise.all(ids.map(async (id) => [id, (await createToken(database.pool, id))?.secret ?? ''] as const)));
});

/** A person as the API knows them. */
async function principal(id: string): Promise<Principal> {
  const found = await authenticate(database.pool, tokens.get(id) ?? '');
  if (!found.ok) throw new Error(found.reason);
  return found.person;
}

/** Puts a case with its open tasks into SQL. */
async function seed(
  number: string,
  { subject, tasks }: { readonly subject: object; readonly tasks: readonly Partial<TaskRow>[] },
): Promise<readonly TaskRow[]> {
  const scribe = new Scribe(number);
  const caseId = scribe.caseId;
  await database.pool.query(
    `insert into command (id, case_id, verb, actor, key, body_hash, subject_hash, body, status) values ($1, $1, 'begin', 'an', $1, '', $2, $3, 'done')`,
    [caseId, `subject-${number}`, JSON.stringify({ subject, edition: 'e1' })],
  );
  const rows = tasks.map((task, n) => scribe.task('opened', `t${n}`, task));
  scribe.begun(...rows);
  await applyRows(database.pool, caseId, scribe.rows);
  return rows.flatMap((row) => (row.task === undefined ? [] : [row.task]));
}

describe('what lists and counts show of who may act', () => {
  it('is what the rule says, for any directory, absences, seats and orders', async () => {
    let reached = 0;
    let lent = 0;
    await fc.assert(
      fc.asyncProperty(people, absences, cases, async (staff, away, all) => {
        const prefix = `P${++round}-`;
        await database.pool.query('truncate absence, stand_in, seat, seat_count, task, task_count, kase, ledger, command');
        await loadDirectory(database.pool, [{ company, people: staff as unknown as Person[] }]);
        const now = Date.now();
        for (const { person, from, until, standIns } of away)
          await saveAbsence(database.pool, {
            person: nameAt(person),
            from: now + from * hour,
            until: now + until * hour,
            note: '',
            grantedBy: 'an',
            standIns: standIns.map(({ next, limits: { money, ...rest } }) => ({
              person: nameAt(person + next),
              limits: { ...rest, ...money },
            })),
          });
        const open: { readonly task: TaskRow; readonly caseId: string }[] = [];
        for (const [n, one] of all.entries()) {
          const caseId = `hehe:order-intake:${prefix}${n}`;
          for (const task of await seed(`${prefix}${n}`, one as never)) open.push({ task, caseId });
        }
        const { rows } = await database.pool.query('select id, gendan_about(k) as about from kase k');
        const about = new Map(rows.map((row) => [row.id as string, row.about]));
        for (const id of ids) {
          const person = await principal(id);
          const verdicts = open.map(({ task, caseId }) => ({
            task,
            rulings: task.seats.map((seat) =>
              mayAct(person, 'hehe', { on: 'task', verb: 'complete', seats: [seat], step, about: about.get(caseId) }),
            ),
          }));
          const mine = verdicts.filter(({ rulings }) => rulings.some(({ allowed }) => allowed));
          const reach = reachOf(person, person.sites);
          const page = await waitingTasks(database.pool, id, reach, { filter: {}, limit: 200 });
          expect(page?.items.map(({ task }) => task.id).sort()).toEqual(mine.map(({ task }) => task.id).sort());
          const counts = await countsOf(database.pool, id, reach, []);
          const fillable = verdicts.flatMap(({ task, rulings }) => rulings.filter(({ allowed }) => allowed).map(() => task.overdue));
          expect(counts.mine).toEqual({ open: fillable.length, overdue: fillable.filter(Boolean).length });
          for (const item of page?.items ?? []) {
            reached += 1;
            const whole = mayAct(person, 'hehe', {
              on: 'task',
              verb: 'complete',
              seats: item.task.seats,
              step,
              about: about.get(item.caseId),
            });
            expect(whole.allowed ? whole.actingFor : 'nobody').toBe(item.actingFor);
            if (item.actingFor !== undefined) lent += 1;
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(reached).toBeGreaterThan(0);
    expect(lent).toBeGreaterThan(0);
  });
});
