import { type Language, type Say, tags } from '../texts/language.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How a time stands to now: the sign and colour go by it. */
export type Standing = 'ahead' | 'soon' | 'late' | 'rest' | 'none' | 'done';

export interface DueWords {
  readonly standing: Standing;
  readonly phrase: string;
  /** The moment itself; absent where there is none. */
  readonly exact?: string;
}

interface Due {
  readonly dueAt?: string | null | undefined;
  readonly openedAt?: string | undefined;
  readonly closedAt?: string | undefined;
  readonly paused?: { readonly since: string; readonly causeName: string } | undefined;
}

export interface Clock {
  readonly say: Say;
  readonly language: Language;
  readonly now: number;
  readonly zone: string;
}

/** Minutes below an hour, hours below two days, days above; rounded down. */
export function lengthOf(ms: number, say: Say): string {
  const size = Math.abs(ms);
  if (size < hour) return say('web.time.minutes', { n: Math.floor(size / minute) });
  if (size < 2 * day) return say('web.time.hours', { n: Math.floor(size / hour) });
  return say('web.time.days', { n: Math.floor(size / day) });
}

/** A moment as the reader writes it: day of the week within six days of now, the date beyond. */
export function momentOf(at: string | number, { language, now, zone }: Omit<Clock, 'say'>): string {
  const date = new Date(at);
  const time = timeOf(date, language, zone);
  if (Math.abs(date.getTime() - now) < 6 * day) return `${format(date, language, zone, { weekday: 'short' })} ${time}`;
  return `${dateOf(date, { language, now, zone })} ${time}`;
}

const timeOf = (date: Date, language: Language, zone: string): string =>
  format(date, language, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A day, with its year where that is not this one. */
export function dateOf(at: Date | string, { language, now, zone }: Omit<Clock, 'say'>): string {
  const date = typeof at === 'string' ? new Date(at) : at;
  const year = (one: Date): string => format(one, 'en', zone, { year: 'numeric' });
  const sameYear = year(date) === year(new Date(now));
  return format(date, language, zone, {
    day: 'numeric',
    month: language === 'zh' ? 'long' : 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

/** A calendar day, `2027-12-13`: the same everywhere. */
export const dayOf = (day: string, language: Language, now: number): string => dateOf(`${day}T12:00:00Z`, { language, now, zone: 'UTC' });

function format(date: Date, language: Language, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(tags[language], { timeZone, ...options }).format(date);
}

const soonWithin = 4 * hour;

/** A due time in words: a phrase, and the moment itself. */
export function dueWords({ dueAt, openedAt, closedAt, paused }: Due, clock: Clock): DueWords {
  const { say, now } = clock;
  if (closedAt !== undefined) return answered(dueAt, closedAt, clock);
  if (paused !== undefined)
    return {
      standing: 'rest',
      phrase: say('web.due.paused'),
      exact: say('web.due.paused-since', { cause: paused.causeName, at: momentOf(paused.since, clock) }),
    };
  if (dueAt === undefined || dueAt === null) return { standing: 'none', phrase: say('web.due.none') };
  const left = Date.parse(dueAt) - now;
  const at = momentOf(dueAt, clock);
  if (left < 0)
    return { standing: 'late', phrase: say('web.due.late', { length: lengthOf(left, say) }), exact: say('web.due.was', { at }) };
  const whole = openedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(dueAt) - Date.parse(openedAt);
  const standing = left <= Math.min(soonWithin, Math.max(whole / 4, hour)) ? 'soon' : 'ahead';
  if (left > 6 * day) return { standing, phrase: say('web.due.on', { at }) };
  return { standing, phrase: say('web.due.in', { length: lengthOf(left, say) }), exact: say('web.due.by', { at }) };
}

function answered(dueAt: string | null | undefined, closedAt: string, clock: Clock): DueWords {
  const { say } = clock;
  const at = momentOf(closedAt, clock);
  const over = dueAt === undefined || dueAt === null ? undefined : Date.parse(closedAt) - Date.parse(dueAt);
  if (over === undefined) return { standing: 'done', phrase: say('web.due.closed'), exact: at };
  const length = lengthOf(over, say);
  return {
    standing: 'done',
    phrase: over > 0 ? say('web.due.closed-late', { length }) : say('web.due.closed-early', { length }),
    exact: at,
  };
}

export const signs: Record<Standing, string> = { ahead: '○', soon: '◔', late: '▲', rest: '‖', none: '·', done: '✓' };

/** How far a zone is ahead of UTC at noon of a day, as ISO 8601 writes it: `+08:00`. */
export function offsetAt(day: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(new Date(`${day}T12:00:00Z`));
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '';
  return name === '' ? '+00:00' : name;
}
