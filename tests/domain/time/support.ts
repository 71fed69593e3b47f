import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { WorkingCalendar } from '../../../domain/time/calendar.js';
import { type DueSpecInput, dueSpec } from '../../../domain/time/due.js';
import { parseCalendar } from '../../../domain/time/parse-calendar.js';

export const minute = 60_000;
export const hour = 60 * minute;

/** The plain data of a committed calendar. */
export function calendarData(name: string): unknown {
  return parse(readFileSync(fileURLToPath(new URL(`../../../policies/calendars/${name}.yaml`, import.meta.url)), 'utf8'));
}

/** A calendar from plain data; its problems fail the test. */
export function calendarFrom(data: unknown): WorkingCalendar {
  const parsed = parseCalendar(data);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  return parsed.calendar;
}

export const spec = (input: DueSpecInput) => dueSpec.parse(input);

/** Epoch milliseconds of `YYYY-MM-DD HH:MM` in Guangdong. */
export const cn = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);
/** The same for Jakarta. */
export const id = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+07:00`);
/** `YYYY-MM-DD HH:MM` in Guangdong. */
export const inCn = (at: number): string => new Date(at + 8 * hour).toISOString().slice(0, 16).replace('T', ' ');
export const inId = (at: number): string => new Date(at + 7 * hour).toISOString().slice(0, 16).replace('T', ' ');

const words = (text: string) => ({ zh: text, en: text, id: text });
const day = [
  ['08:00', '12:00'],
  ['13:30', '17:30'],
];

/** The plain data of a small calendar of one year, to be changed by a test. */
export function smallCalendar() {
  return {
    calendar: 'small',
    name: words('small'),
    zone: 'Asia/Shanghai',
    offsets: [{ minutes: 480 }] as { from?: string; minutes: number }[],
    editions: [
      {
        year: 2026,
        edition: 1,
        source: 'a test',
        weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [] as string[][], sun: [] as string[][] },
        holidays: [] as { date: string; to?: string; kind: string; words: ReturnType<typeof words> }[],
        makeUp: [] as { date: string; hours: string | string[][]; words: ReturnType<typeof words> }[],
        halfDays: [] as { date: string; hours: string[][]; words: ReturnType<typeof words> }[],
      },
    ],
  };
}
export { words };
