import { groupsOrPeople } from '../../../domain/authority/may-act.js';
import { stepPolicy } from '../../../domain/engine/system-tasks.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import type { CompanyBook, ProcedurePolicy, SeatPolicy, StepPolicy } from '../../../domain/policy/policy.js';
import { decimalsOf, formatMoney } from '../../../domain/texts/format.js';
import { type Locale, say, type TextKey, type TextValues, textKeys } from '../../../domain/texts/texts.js';
import type { Words } from '../../../domain/words.js';

/** What turns ids in values into names: the company's book, and the names of people. */
export interface Names {
  readonly book?: CompanyBook | undefined;
  /** The procedure whose steps, notices and effects are spoken of. */
  readonly procedure?: string | undefined;
  readonly people?: ReadonlyMap<string, string>;
}

/** The policy of the procedure that is spoken of. */
export const procedureOf = ({ book, procedure }: Names): ProcedurePolicy | undefined =>
  procedure === undefined ? undefined : book?.procedures[procedure];

const moments = new Set(['from', 'at', 'since', 'due', 'before', 'until']);

const persons = new Set(['by', 'person', 'actingFor']);

/** A text by a key put together from a code; the key itself when there is no such text. */
export function sayCode(locale: Locale, key: string, values: JsonObject = {}, names: Names = {}): string {
  if (!textKeys.has(key)) return key;
  // Words that somebody may add at the end, or not.
  return say(locale, key as TextKey, wordsFor(locale, values, names)).trimEnd();
}

/** The values of a sentence in the reader's words: ids become names, moments become local times, lists become enumerations. */
export function wordsFor(locale: Locale, values: JsonObject, names: Names): TextValues {
  const worn = Object.entries(namedFor(values)).map(([name, value]) => [
    name,
    worded(locale, name, value, { ...names, step: values['step'], of: values['of'] }),
  ]);
  return { ...Object.fromEntries(worn), ...limitOf(locale, values) };
}

/** Whom something waits for is one list. */
function namedFor(values: JsonObject): JsonObject {
  const [roles, teams, people] = ['roles', 'teams', 'people'].map((name) => values[name]);
  if (!Array.isArray(roles)) return values;
  const of = (some: Json | undefined): readonly Json[] => (Array.isArray(some) ? some : []);
  return { ...values, roles: groupsOrPeople({ roles: of(roles), teams: of(teams), people: of(people) }) };
}

/** A limit in minor units as money. */
function limitOf(locale: Locale, { limitMinor, currency }: JsonObject): TextValues {
  if (typeof limitMinor !== 'number' || typeof currency !== 'string') return {};
  const known = (Object.keys(decimalsOf) as (keyof typeof decimalsOf)[]).find((one) => one === currency);
  return { limit: known === undefined ? `${limitMinor} ${currency}` : formatMoney(BigInt(limitMinor), known, locale) };
}

/** The steps that other values speak of: `outcome` of `step`, `chosen` of `of`. */
type Context = Names & { readonly step: Json | undefined; readonly of: Json | undefined };

function worded(locale: Locale, name: string, value: Json, names: Context): string | number {
  if (moments.has(name)) return value === null ? say(locale, 'due.not-known') : momentOf(locale, value, names.book?.company.zone);
  if (persons.has(name) && typeof value === 'string') return personName(locale, value, names);
  if (Array.isArray(value)) return list(locale, name, value, names);
  if (typeof value === 'number') return value;
  return term(locale, name, value, names);
}

function term(locale: Locale, name: string, value: Json, names: Context): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const procedure = procedureOf(names);
  const roleOrTeam = names.book?.company.roles[text] ?? names.book?.company.teams?.[text];
  const found: Record<string, Words | undefined> = {
    roles: roleOrTeam,
    signers: roleOrTeam,
    company: names.book?.company.name,
    step: stepPolicyOf(procedure, text)?.name,
    steps: stepPolicyOf(procedure, text)?.name,
    team: names.book?.company.teams?.[text],
    site: names.book?.company.sites?.[text],
    sites: names.book?.company.sites?.[text],
    procedures: names.book?.procedures[text]?.name,
    to: procedure?.steps[text]?.name ?? addressee(text, names),
    clock: procedure?.clocks[text]?.name,
    notice: procedure?.notices[text]?.name,
    effect: procedure?.effects[text]?.name,
    cause: names.book?.company.holdCauses?.[text],
    chosen: typeof names.of === 'string' ? stepPolicyOf(procedure, names.of)?.outcomes[text]?.name : undefined,
    outcome: typeof names.step === 'string' ? stepPolicyOf(procedure, names.step)?.outcomes[text]?.name : undefined,
  };
  const verb = textKeys.has(`verb.${text}`) ? say(locale, `verb.${text}` as TextKey) : undefined;
  if (name === 'verb') return verb ?? text;
  if (name === 'to' && text.startsWith('person:')) return personName(locale, text.slice('person:'.length), names);
  if (name === 'people' || name === 'via') return personName(locale, text, names);
  if ((name === 'roles' || name === 'signers') && names.people?.has(text) === true) return personName(locale, text, names);
  if (name === 'seat')
    return seatName(locale, text, typeof names.step === 'string' ? stepPolicyOf(procedure, names.step) : undefined, names);
  if (name === 'allowed') return withId(verb ?? procedure?.steps[text]?.name[locale], text);
  return found[name]?.[locale] ?? engineWord(locale, name, text) ?? text;
}

/** A seat by its own name, or by who may fill it; one that was added, by the seat it belongs to. The id when the step says neither. */
function seatName(locale: Locale, id: string, step: StepPolicy | undefined, names: Context): string {
  const own = step?.seats?.of.find((one) => one.id === id || id.startsWith(`${one.id}.`));
  const { name, roles = step?.roles, teams = [], person }: Partial<SeatPolicy> = own ?? {};
  if (name !== undefined) return name[locale];
  if (person !== undefined) return personName(locale, person, names);
  const filled = roles ?? teams;
  return filled.length === 0 ? id : list(locale, 'roles', filled, names);
}

/** Whom a notice is for: a role (at a site), or a team. */
function addressee(text: string, { book }: Names): Words | undefined {
  const [role = ''] = text.split('@');
  return text.startsWith('team:') ? book?.company.teams?.[text.slice('team:'.length)] : book?.company.roles[role];
}

/** What the engine itself tells, and why it lets a clock rest. */
function engineWord(locale: Locale, name: string, text: string): string | undefined {
  const families: Readonly<Record<string, string>> = { notice: `notice.${text}`, cause: `explain.cause.${text}`, state: `effect.${text}` };
  const key = families[name] ?? '';
  return textKeys.has(key) ? say(locale, key as TextKey) : undefined;
}

const stepPolicyOf = (procedure: ProcedurePolicy | undefined, step: string): StepPolicy | undefined =>
  procedure === undefined ? undefined : stepPolicy(procedure, step);

/** What may be asked for is named with its id, since that is what has to be sent. */
const withId = (name: string | undefined, id: string): string => (name === undefined ? id : `${name} (${id})`);

/** A person's name, or the id when it is not known. */
export function personName(locale: Locale, id: string, { people }: Names): string {
  return id === 'engine' ? say(locale, 'who.engine') : (people?.get(id) ?? id);
}

/** One of several; of lists: each of them, by one of those in it. */
function list(locale: Locale, name: string, items: readonly Json[], names: Context): string {
  const words = (some: readonly Json[]): readonly string[] => some.map((item) => term(locale, name, item, names));
  const each = items.flatMap((item) => (Array.isArray(item) ? [words(item).join('/')] : []));
  if (each.length > 0) return new Intl.ListFormat(tags[locale], { type: 'conjunction' }).format(each);
  return new Intl.ListFormat(tags[locale], { style: 'narrow', type: 'disjunction' }).format(words(items));
}

/** What a failure of an effect means and what to do, for those codes that there is a sentence for. */
export function failureOf(locale: Locale, code: string, detail: string): string | undefined {
  const key = `failure.${code}`;
  return textKeys.has(key) ? say(locale, key as TextKey, { detail }) : undefined;
}

const tags: Record<Locale, string> = { zh: 'zh-CN', en: 'en-GB', id: 'id-ID' };

/** A length of time in hours and minutes, e.g. `16 hours 30 minutes`; seconds where there are some. Days would leave open whether they are worked. */
export function lengthOf(locale: Locale, ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts = (
    [
      ['hour', Math.floor(seconds / 3_600)],
      ['minute', Math.floor(seconds / 60) % 60],
      ['second', seconds % 60],
    ] as const
  ).filter(([, count]) => count > 0);
  const shown = parts.length > 0 ? parts : [['minute', 0] as const];
  return shown
    .map(([unit, count]) => new Intl.NumberFormat(tags[locale], { style: 'unit', unit, unitDisplay: 'long' }).format(count))
    .join(locale === 'zh' ? '' : ' ');
}

/** A moment (epoch milliseconds or ISO) as a local time of a zone, e.g. `27/11/2026, 14:00`; in UTC, and marked so, when no zone is known. */
export function momentOf(locale: Locale, value: Json, zone: string | undefined): string {
  const at = typeof value === 'number' || typeof value === 'string' ? new Date(value) : undefined;
  if (at === undefined || Number.isNaN(at.getTime())) return JSON.stringify(value);
  const text = new Intl.DateTimeFormat(tags[locale], { dateStyle: 'medium', timeStyle: 'short', timeZone: zone ?? 'UTC' }).format(at);
  return zone === undefined ? `${text} UTC` : text;
}
