import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Badge, countsOf, recount } from '../../db/counts.js';
import { applyRows } from '../../db/ledger.js';
import { teamTasks } from '../../db/tasks.js';
import { reachOf } from '../../domain/authority/reach.js';
import type { Row, TaskState } from '../../domain/engine/ledger.js';
import { Scribe, useDatabase } from './stage.js';

const database = useDatabase();

const candidate = fc.oneof(
  fc.record({ role: fc.constantFrom('clerk', 'planner', 'pmc') }),
  fc.record({ role: fc.constantFrom('clerk', 'pmc'), site: fc.constantFrom('foshan', 'zhaoqing') }),
  fc.record({ team: fc.constantFrom('export', 'projects') }),
  fc.record({ person: fc.constantFrom('li', 'wang') }),
);
const seats = fc
  .array(
    fc.record(
      {
        candidates: fc.uniqueArray(candidate, { maxLength: 3, selector: (one) => JSON.stringify(one) }),
        excluded: fc.uniqueArray(fc.constantFrom('li', 'sun', 'wang'), { minLength: 1, maxLength: 2 }),
        state: fc.constantFrom('waiting' as const, 'done' as const),
      },
      { requiredKeys: ['candidates'] },
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((all) => all.map((seat, n) => ({ id: String(n + 1), ...seat })));
const change = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  state: fc.constantFrom<TaskState>('open', 'open', 'suspended', 'completed', 'withdrawn', 'lapsed'),
  overdue: fc.boolean(),
  seats: fc.option(seats, { nil: undefined }),
});
const turns = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
let number = 0;

describe('the kept counters', () => {
  it('equal a recount after any rows, in any pieces, from several processes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turns, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(20), { maxLength: 4 }), async (cases, cuts) => {
        const scribes = cases.map((all) => {
          const scribe = new Scribe(`N${++number}`).begun();
          for (const turn of all)
            scribe.turn(
              turn.map(
                ({ key, state, overdue, seats: given }): Omit<Row, 'seq' | 'turn' | 'at'> =>
                  scribe.task('revised', key, { state, overdue, ...(given === undefined ? {} : { seats: given }) }),
              ),
            );
          return scribe;
        });
        await Promise.all(
          scribes.map(async ({ caseId, rows }) => {
            for (const cut of [...cuts].sort((a, b) => a - b)) await applyRows(database.pool, caseId, rows.slice(0, cut));
            await Promise.all([applyRows(database.pool, caseId, rows), applyRows(database.pool, caseId, rows)]);
          }),
        );
        expect(await recount(database.pool)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('of tasks follow the site of their case', async () => {
    const books = { sited: { company: { sites: { foshan: {}, zhaoqing: {} }, defaultSite: 'foshan' }, procedures: {} } };
    await database.pool.query(`insert into edition (id, books, manifest, code) values ('e1', $1, '{}', '')`, [JSON.stringify(books)]);
    const atSites = async (): Promise<readonly Badge[]> =>
      Promise.all(
        [{}, { site: 'foshan' }, { site: 'zhaoqing' }].map(async (at) => {
          const scope = { company: 'sited', procedure: 'order-intake', ...at };
          const { team } = await countsOf(database.pool, 'li', [], [scope, scope]);
          const listed = await teamTasks(database.pool, [scope], { filter: {}, limit: 50 });
          expect(listed?.items.length).toBe(team.open);
          return team;
        }),
      );
    const scribe = new Scribe('S1', 'sited').begun();
    scribe.turn([scribe.task('opened', 'a'), scribe.task('opened', 'b', { overdue: true }), scribe.task('opened', 'c')]);
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const both = { open: 3, overdue: 1 };
    expect(await atSites()).toEqual([both, both, { open: 0, overdue: 0 }]);

    scribe.turn([{ type: 'amended', body: { patch: {}, subject: 'moved-S1' }, contents: { 'moved-S1': { site: 'zhaoqing' } } }]);
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect(await atSites()).toEqual([both, { open: 0, overdue: 0 }, both]);
    expect(await recount(database.pool)).toEqual([]);
  });

  it('tell a person what waits for them, a seat for two of their roles once', async () => {
    const scribe = new Scribe('P1', 'horsent');
    const memberships = [
      { company: 'horsent', role: 'clerk' },
      { company: 'horsent', role: 'planner' },
      { company: 'other', role: 'pmc' },
    ];
    const seatOf = (...roles: readonly string[]): { seats: { id: string; candidates: { role: string }[] }[] } => ({
      seats: [{ id: '1', candidates: roles.map((role) => ({ role })) }],
    });
    scribe.begun(
      scribe.task('opened', 'a', seatOf('clerk', 'planner')),
      scribe.task('opened', 'b', { ...seatOf('planner'), overdue: true }),
      scribe.task('opened', 'c', seatOf('pmc')),
      scribe.task('opened', 'd', { seats: [{ id: '1', candidates: [{ person: 'sun' }] }] }),
    );
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect(await countsOf(database.pool, 'sun', reachOf({ id: 'sun', memberships }, {}), [])).toMatchObject({
      mine: { open: 3, overdue: 1 },
      group: { open: 2, overdue: 1 },
    });
  });
});
