import type * as z from 'zod';
import { calendarEdition, halfDay, holiday, makeUp, offsetPeriod, type WorkingCalendar, weekly, workingCalendar } from './calendar.js';
import { dateOf, dayNumber } from './days.js';

/** What is wrong at a place of the data, and what is allowed there. */
export interface CalendarProblem {
  /** Keys and indexes from the top; a reader of YAML finds line and column by it. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}
type Path = CalendarProblem['path'];
export type ParsedCalendar =
  | { readonly ok: true; readonly calendar: WorkingCalendar }
  | { readonly ok: false; readonly problems: readonly CalendarProblem[] };

/**
 * Reads a calendar from plain data (what a YAML or JSON parser returns). All problems at once: the rules between fields are checked on
 * every part that has its right shape, also when another part has not.
 */
export function parseCalendar(value: unknown): ParsedCalendar {
  const parsed = workingCalendar.safeParse(value);
  const shape = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ path: path.map((key) => (typeof key === 'number' ? key : String(key))), message }));
  const problems = [...shape, ...problemsBetweenFields(value)];
  if (parsed.success && problems.length === 0) return { ok: true, calendar: parsed.data };
  return { ok: false, problems };
}

/** What one field alone cannot show: order, years, contradictions. */
export function problemsBetweenFields(value: unknown): CalendarProblem[] {
  return [...offsetProblems(member(value, 'offsets')), ...editionsProblems(member(value, 'editions'))];
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** The items of a list that have the shape of the schema, with their places. */
function wellFormed<T>(schema: z.ZodType<T>, list: unknown): { index: number; item: T }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((raw: unknown, index) => {
    const parsed = schema.safeParse(raw);
    return parsed.success ? [{ index, item: parsed.data }] : [];
  });
}

function offsetProblems(list: unknown): CalendarProblem[] {
  const periods = wellFormed(offsetPeriod, list);
  return periods.flatMap(({ index, item: { from, minutes } }, i) => {
    const path = ['offsets', index];
    if (index === 0)
      return from === undefined
        ? []
        : [{ path: [...path, 'from'], message: 'the first offset holds from the beginning: leave `from` out' }];
    if (from === undefined) return [{ path, message: 'a `from`: the first local day with this offset' }];
    const before = periods[i - 1]?.item;
    const problems: CalendarProblem[] = [];
    if (before?.from !== undefined && before.from >= from)
      problems.push({ path: [...path, 'from'], message: `a date after ${before.from}: offsets are in order` });
    if (before !== undefined && Math.abs(before.minutes - minutes) >= 720)
      problems.push({ path: [...path, 'minutes'], message: `within 12 hours of the offset before it, ${before.minutes}` });
    return problems;
  });
}

function editionsProblems(list: unknown): CalendarProblem[] {
  if (!Array.isArray(list)) return [];
  const years = new Map<number, number>();
  return list.flatMap((raw: unknown, index) => {
    const year = calendarEdition.shape.year.safeParse(member(raw, 'year')).data;
    const first = year === undefined ? undefined : years.get(year);
    if (year !== undefined && first === undefined) years.set(year, index);
    const twice: CalendarProblem[] =
      first === undefined ? [] : [{ path: ['editions', index, 'year'], message: `a year that is not at editions.${first} already` }];
    return [...twice, ...editionProblems(raw, year, ['editions', index])];
  });
}

interface Entry {
  readonly list: 'holidays' | 'makeUp' | 'halfDays';
  readonly path: Path;
  readonly from: string;
  readonly to: string;
  /** Two entries of a date agree only when both are holidays of different kinds. */
  readonly kind: string;
}

/** Dates outside their year, two entries that contradict each other on a date, and make-up days after a weekday without hours. */
function editionProblems(raw: unknown, year: number | undefined, at: Path): CalendarProblem[] {
  const makeUps = wellFormed(makeUp, member(raw, 'makeUp'));
  const entries: Entry[] = [
    ...wellFormed(holiday, member(raw, 'holidays')).map(({ index, item }) =>
      entry('holidays', index, item.date, item.to ?? item.date, item.kind),
    ),
    ...makeUps.map(({ index, item }) => entry('makeUp', index, item.date, item.date, 'make-up')),
    ...wellFormed(halfDay, member(raw, 'halfDays')).map(({ index, item }) => entry('halfDays', index, item.date, item.date, 'half-day')),
  ];
  function entry(list: Entry['list'], index: number, from: string, to: string, kind: string): Entry {
    return { list, path: [...at, list, index], from, to, kind };
  }
  const week = weekly.safeParse(member(raw, 'weekly')).data;
  const empty = makeUps.flatMap(({ index, item }): CalendarProblem[] =>
    typeof item.hours === 'string' && week?.[item.hours].length === 0
      ? [{ path: [...at, 'makeUp', index, 'hours'], message: `a weekday with working hours, or a list of hours: ${item.hours} has none` }]
      : [],
  );
  return [...(year === undefined ? [] : outsideYear(entries, year)), ...contradictions(entries), ...empty];
}

function outsideYear(entries: readonly Entry[], year: number): CalendarProblem[] {
  const inside = (day: string) => day.startsWith(String(year));
  return entries.flatMap(({ path, from, to }) => {
    const message = `a date in ${year}; what goes over the turn of the year is an entry in each`;
    return [
      ...(inside(from) ? [] : [{ path: [...path, 'date'], message }]),
      ...(inside(to) || to === from ? [] : [{ path: [...path, 'to'], message }]),
    ];
  });
}

/** A date is an entry once; only holidays of different kinds may overlap, e.g. a shutdown around a festival. */
function contradictions(entries: readonly Entry[]): CalendarProblem[] {
  const taken = new Map<string, Entry[]>();
  return entries.flatMap((one) => {
    let clash: { day: string; other: Entry } | undefined;
    for (let day = dayNumber(one.from); day <= dayNumber(one.to); day++) {
      const name = dateOf(day);
      const others = taken.get(name) ?? [];
      const other = others.find(({ list, kind }) => list !== one.list || kind === one.kind);
      if (other !== undefined) clash ??= { day: name, other };
      taken.set(name, [...others, one]);
    }
    if (clash === undefined) return [];
    const { day, other } = clash;
    return [
      { path: [...one.path, 'date'], message: `a date that has no other entry: ${day} is in ${other.path.slice(2).join('.')} already` },
    ];
  });
}
