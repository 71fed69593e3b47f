import { isUtf8 } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type * as z from 'zod';
import { type TradeBook, tradeBook } from '../domain/books/book.js';
import { checkTradeBook } from '../domain/books/check-book.js';
import { policyValues, subjects } from '../domain/contracts/subjects.js';
import { checkCompany } from '../domain/policy/check.js';
import { withLadders } from '../domain/policy/ladders.js';
import { parsePolicyFile, type Source } from '../domain/policy/parse.js';
import {
  type Books,
  type Clauses,
  clauses,
  companyPolicy,
  type Person,
  type ProcedurePolicy,
  people,
  procedurePolicy,
} from '../domain/policy/policy.js';
import type { WorkingCalendar } from '../domain/time/calendar.js';
import { parseCalendarFile } from './calendar-file.js';

/** All companies' policies as read from their files. */
export interface Loaded {
  /** The companies whose files are all right. Not to be used while there are errors. */
  readonly books: Books;
  /** The demo people of each company. */
  readonly people: Readonly<Record<string, readonly Person[]>>;
  readonly clauses: Readonly<Record<string, Clauses>>;
  /** The demo trade books of each company that has some. */
  readonly tradeBooks: Readonly<Record<string, TradeBook>>;
  /** The working calendars whose files are all right, by id. */
  readonly calendars: Readonly<Record<string, WorkingCalendar>>;
  /** Everything that is wrong, in the order of the files: `file:line:column: what is wrong; what is allowed`. */
  readonly errors: readonly string[];
  /** How many files were read. */
  readonly files: number;
}

const companyFile = 'company.yaml';
const clausesFile = 'clauses.yaml';
const peopleFile = 'people.demo.yaml';
const tradeFile = 'books.demo.yaml';

/** Calendars are data of their own: no company's, and no part of an edition. */
const calendarFolder = 'calendars';

/** Reads `<dir>/<company>/*.yaml`. Throws only when a folder or file cannot be read. */
export async function loadBooks(dir: string): Promise<Loaded> {
  const calendars = await loadCalendars(dir);
  const folders = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const companies: Company[] = [];
  for (const folder of folders.filter((name) => name !== calendarFolder).sort()) {
    const names = (await readdir(join(dir, folder))).filter(isYaml).sort();
    companies.push(await loadCompany(join(dir, folder), `${basename(dir)}/${folder}`, names, calendars.filed));
  }
  const sound = companies.flatMap(({ errors, company, procedures, ...rest }) =>
    errors.length === 0 && company !== undefined ? [{ company, procedures, ...rest }] : [],
  );
  const byCompany = <T>(value: (one: (typeof sound)[number]) => T): Record<string, T> =>
    Object.fromEntries(sound.map((one) => [one.company.value.company, value(one)]));
  return {
    books: byCompany(({ company, procedures }) => ({
      company: company.value,
      procedures: Object.fromEntries(procedures.map(({ value }) => [value.procedure, withLadders(company.value, value)])),
    })),
    people: byCompany((one) => one.people?.value.people ?? []),
    clauses: byCompany((one) => one.clauses?.value ?? {}),
    tradeBooks: Object.fromEntries(
      sound.flatMap(({ company, trade }) => (trade === undefined ? [] : [[company.value.company, trade.value] as const])),
    ),
    calendars: calendars.calendars,
    errors: [...calendars.errors, ...companies.flatMap((one) => one.errors)],
    files: companies.reduce((sum, one) => sum + one.files, calendars.filed.length),
  };
}

/** Reads `<dir>/calendars/*.yaml`; `filed` are the ids of all that have a file. */
async function loadCalendars(dir: string) {
  const folder = join(dir, calendarFolder);
  const names = (await readdir(dir)).includes(calendarFolder) ? (await readdir(folder)).filter(isYaml).sort() : [];
  const calendars: Record<string, WorkingCalendar> = {};
  const errors: string[] = [];
  for (const name of names) {
    const shown = `${basename(dir)}/${calendarFolder}/${name}`;
    const text = utf8(await readFile(join(folder, name)));
    const parsed = text === undefined ? notUtf8(shown) : parseCalendarFile(text, shown);
    if (!parsed.ok) {
      errors.push(...parsed.errors);
      continue;
    }
    const { value, at } = parsed.source;
    const expected = `${value.calendar}.yaml`;
    if (name === expected) calendars[value.calendar] = value;
    else errors.push(`${at(['calendar'])}: the file of this calendar is called ${name}; allowed: ${expected}`);
  }
  return { calendars, errors, filed: names.map((name) => name.replace(/\.ya?ml$/, '')) };
}

const isYaml = (name: string): boolean => /\.ya?ml$/.test(name);

type Company = Awaited<ReturnType<typeof loadCompany>>;

async function loadCompany(folder: string, shown: string, names: readonly string[], calendars: readonly string[]) {
  const errors: string[] = [];
  const read = async <S extends z.ZodType>(name: string, schema: S): Promise<Source<z.output<S>> | undefined> => {
    if (!names.includes(name)) return undefined;
    const text = utf8(await readFile(join(folder, name)));
    const parsed = text === undefined ? notUtf8(`${shown}/${name}`) : parsePolicyFile(text, `${shown}/${name}`, schema);
    if (parsed.ok) return parsed.source;
    errors.push(...parsed.errors);
    return undefined;
  };
  for (const name of [clausesFile, companyFile]) {
    if (!names.includes(name)) errors.push(`${shown}/${name}:1:1: the file is missing; allowed: each company has one`);
  }
  const book = await read(clausesFile, clauses);
  const company = await read(companyFile, companyPolicy);
  if (company !== undefined && company.value.company !== basename(folder)) {
    errors.push(`${company.at(['company'])}: "${company.value.company}" is not the name of its folder; allowed: ${basename(folder)}`);
  }
  const staff = await read(peopleFile, people);
  const trade = await read(tradeFile, tradeBook);
  if (trade !== undefined) errors.push(...checkTradeBook(trade));
  const procedureFiles = names.filter((name) => ![companyFile, clausesFile, peopleFile, tradeFile].includes(name));
  const procedures: Source<ProcedurePolicy>[] = [];
  for (const name of procedureFiles) {
    const procedure = await read(name, procedurePolicy);
    if (procedure === undefined) continue;
    procedures.push(procedure);
    const expected = `${procedure.value.procedure}.yaml`;
    if (name !== expected)
      errors.push(`${procedure.at(['procedure'])}: the file of this procedure is called ${name}; allowed: ${expected}`);
  }
  const given = { ...(book === undefined ? {} : { clauses: book }), ...(staff === undefined ? {} : { people: staff }) };
  const filed = procedureFiles.map((name) => name.replace(/\.ya?ml$/, ''));
  if (company !== undefined) errors.push(...checkCompany({ company, procedures, filed, calendars, ...given }, { subjects, policyValues }));
  return { company, procedures, ...given, ...(trade === undefined ? {} : { trade }), errors, files: names.length };
}

/** A file's text; other encodings than UTF-8 are refused, never guessed. */
function utf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? new TextDecoder().decode(bytes) : undefined;
}

const notUtf8 = (file: string): { readonly ok: false; readonly errors: readonly string[] } => ({
  ok: false,
  errors: [`${file}:1:1: the text is in another encoding; allowed: UTF-8`],
});
