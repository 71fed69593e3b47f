import { describe, expect, it } from 'vitest';
import { type CaseBehind, calendarHash, calendarOf, calendarsOfCase, casesBehind, countBehind, saveCalendars } from '../../db/calendars.js';
import { submit } from '../../db/journal.js';
import { applyRows } from '../../db/ledger.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { calendarFrom, smallCalendar } from '../domain/time/support.js';
import { entry, Scribe, useDatabase } from './stage.js';

const database = useDatabase();

const named = (words: string): WorkingCalendar => {
  const data = smallCalendar();
  return calendarFrom({ ...data, name: { ...data.name, en: words } });
};
const [first, second] = [named('first'), named('second')];

/** A case in SQL of a company of its own, which has the calendar that it begins with; null: it began with none. */
async function begun(company: string, calendar: WorkingCalendar | null = first): Promise<Scribe> {
  const scribe = new Scribe('T1', company);
  scribe.begun();
  const [row] = scribe.rows;
  if (row !== undefined && calendar !== null) scribe.rows[0] = { ...row, body: { ...row.body, calendar: calendarHash(calendar) } };
  await applyRows(database.pool, scribe.caseId, scribe.rows);
  return scribe;
}

const behindIn = async (company: string): Promise<readonly CaseBehind[]> =>
  (await casesBehind(database.pool, 100)).filter((found) => found.company === company);
const took = (calendar: WorkingCalendar) =>
  ({ type: 'calendar', body: { calendar: calendarHash(calendar), id: calendar.calendar } }) as const;

/** Writes down that a case is told, as the dispatcher does. */
const told = ({ caseId }: Scribe, calendar: WorkingCalendar, n: number): Promise<unknown> =>
  submit(
    database.pool,
    { ...entry(`told-${caseId}-${n}`, caseId), verb: 'calendar', actor: 'engine', key: `calendar:${calendarHash(calendar)}:${n}` },
    'me',
  );

describe('when calendars are saved', () => {
  it('then only one whose content differs is another one', async () => {
    const { pool } = database;
    expect(await saveCalendars(pool, [{ company: 'saved', calendar: first }])).toEqual(['saved']);
    expect(await saveCalendars(pool, [{ company: 'saved', calendar: named('first') }])).toEqual([]);
    expect(await calendarOf(pool, 'saved')).toEqual(first);
    expect(
      await saveCalendars(pool, [
        { company: 'saved', calendar: second },
        { company: 'saved-too', calendar: second },
      ]),
    ).toEqual(['saved', 'saved-too']);
    expect(await calendarOf(pool, 'saved')).toEqual(second);
    expect(await calendarOf(pool, 'nobody')).toBeUndefined();
  });

  it('then open cases with another one, or none, are behind until they took it, and know all they had', async () => {
    const { pool } = database;
    await saveCalendars(pool, [{ company: 'moved', calendar: first }]);
    const scribe = await begun('moved');
    expect(await behindIn('moved')).toEqual([]);
    await saveCalendars(pool, [{ company: 'moved', calendar: second }]);
    const before = await countBehind(pool);
    expect(await behindIn('moved')).toEqual([{ id: scribe.caseId, company: 'moved', hash: calendarHash(second), sent: 0 }]);
    await applyRows(pool, scribe.caseId, scribe.turn([took(second)]).rows);
    expect(await behindIn('moved')).toEqual([]);
    expect(await countBehind(pool)).toBe(before - 1);
    expect(await calendarsOfCase(pool, scribe.caseId)).toEqual([second, first]);

    const without = await begun('none', null);
    expect(await behindIn('none')).toEqual([]);
    await saveCalendars(pool, [{ company: 'none', calendar: first }]);
    expect((await behindIn('none')).map(({ id }) => id)).toEqual([without.caseId]);
  });

  it('then a case that is closed, or closing, is not behind', async () => {
    const { pool } = database;
    const scribe = await begun('ended');
    await saveCalendars(pool, [{ company: 'ended', calendar: second }]);
    expect(await behindIn('ended')).toHaveLength(1);
    await applyRows(pool, scribe.caseId, scribe.turn([{ type: 'effect' }], 'closing').rows);
    expect(await behindIn('ended')).toEqual([]);
  });

  it('then one that is being told is left alone, and is told again of a calendar that it had before', async () => {
    const { pool } = database;
    const scribe = await begun('again');
    await saveCalendars(pool, [{ company: 'again', calendar: second }]);
    await told(scribe, second, 1);
    expect(await behindIn('again')).toEqual([]);
    await applyRows(pool, scribe.caseId, scribe.turn([took(second)]).rows);
    await saveCalendars(pool, [{ company: 'again', calendar: first }]);
    expect(await behindIn('again')).toMatchObject([{ hash: calendarHash(first), sent: 1 }]);
    await told(scribe, first, 2);
    await pool.query("update command set status = 'refused', ended_at = now() where id = $1", [`told-${scribe.caseId}-2`]);
    expect(await behindIn('again')).toEqual([]);
    await pool.query("update command set ended_at = now() - interval '2 minutes' where id = $1", [`told-${scribe.caseId}-2`]);
    expect(await behindIn('again')).toMatchObject([{ sent: 2 }]);
  });

  it('then one whose edition nobody serves waits', async () => {
    const { pool } = database;
    const scribe = await begun('away');
    await saveCalendars(pool, [{ company: 'away', calendar: second }]);
    await pool.query("insert into alarm (case_id, kind, detail) values ($1, 'edition-not-served', '{}')", [scribe.caseId]);
    expect(await behindIn('away')).toEqual([]);
  });
});

describe('when a case needs a year that its calendar lacks', () => {
  const alarms = async (caseId: string): Promise<readonly unknown[]> =>
    (await database.pool.query('select kind, detail from alarm where case_id = $1', [caseId])).rows;
  const undated = { type: 'undated', body: { calendar: 'small', year: 2027 } } as const;

  it('then it is on the radar until a calendar comes that has it, or until it is closed', async () => {
    const { pool } = database;
    const scribe = await begun('lacking');
    await applyRows(pool, scribe.caseId, scribe.turn([undated]).rows);
    expect(await alarms(scribe.caseId)).toEqual([{ kind: 'calendar-year-missing', detail: { calendar: 'small', year: 2027 } }]);
    await applyRows(pool, scribe.caseId, scribe.turn([took(second), undated]).rows);
    expect(await alarms(scribe.caseId)).toHaveLength(1);
    await applyRows(pool, scribe.caseId, scribe.turn([took(first)]).rows);
    expect(await alarms(scribe.caseId)).toEqual([]);
    await applyRows(pool, scribe.caseId, scribe.turn([undated]).rows);
    await applyRows(pool, scribe.caseId, scribe.turn([{ type: 'closed' }], 'closed').rows);
    expect(await alarms(scribe.caseId)).toEqual([]);
  });
});
