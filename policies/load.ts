import { isUtf8 } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type * as z from 'zod';
import { type TradeBook, tradeBook } from '../domain/books/book.js';
import { checkTradeBook } from '../domain/books/check-book.js';
import { subjects } from '../domain/contracts/subjects.js';
import { checkCompany } from '../domain/policy/check.js';
import { withLadders } from '../domain/policy/expand.js';
import { companyFile, companyIn, type Library, type LibraryFile, labelsOf, libraryFile, libraryOf } from '../domain/policy/library.js';
import { type ProcedureSource, parsePolicyFile, parseProcedureFile, type Read, type Source } from '../domain/policy/parse.js';
import { type Books, type Clauses, clauses, type Person, people } from '../domain/policy/policy.js';
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

/** What the files of a company are called, beside those of its procedures; and what all companies share. */
const files = { company: 'company.yaml', clauses: 'clauses.yaml', people: 'people.demo.yaml', trade: 'books.demo.yaml' } as const;
const libraryName = 'library.yaml';

/** Calendars are data of their own: no company's, and no part of an edition. */
const calendarFolder = 'calendars';

/** Reads `<dir>/<company>/*.yaml` and `<dir>/library.yaml`. Throws only when a folder or file cannot be read. */
export async function loadBooks(dir: string): Promise<Loaded> {
  const { general, calendars, companies, errors, files: count } = await loadSources(dir);
  const all = [...errors, ...companies.flatMap((one) => one.errors)];
  const sound = companies.flatMap(({ errors: own, company, ...rest }) =>
    own.length === 0 && company !== undefined && general !== undefined ? [{ company, ...rest }] : [],
  );
  const byCompany = <T>(value: (one: (typeof sound)[number]) => T): Record<string, T> =>
    Object.fromEntries(sound.map((one) => [one.company.value.company, value(one)]));
  return {
    books: byCompany(({ company, procedures, library }) => ({
      company: company.value,
      labels: labelsOf(library),
      procedures: Object.fromEntries(procedures.map(({ value }) => [value.procedure, withLadders(company.value, value)])),
    })),
    people: byCompany((one) => one.people?.value.people ?? []),
    clauses: byCompany((one) => one.clauses?.value ?? {}),
    tradeBooks: Object.fromEntries(
      sound.flatMap(({ company, trade }) => (trade === undefined ? [] : [[company.value.company, trade.value] as const])),
    ),
    calendars,
    errors: all,
    files: count,
  };
}

/** All policy files with the places of their values. */
export async function loadSources(dir: string) {
  const shown = basename(dir);
  const calendars = await loadCalendars(dir);
  const entries = await readdir(dir, { withFileTypes: true });
  const shared = reader(
    dir,
    shown,
    entries.filter((entry) => entry.isFile()).map(({ name }) => name),
  );
  const general = shared.has(libraryName) ? (await shared.read(libraryName, libraryFile))?.value : libraryFile.parse({});
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== calendarFolder).map(({ name }) => name);
  const companies: Company[] = [];
  for (const folder of folders.sort()) companies.push(await loadCompany(join(dir, folder), `${shown}/${folder}`, general, calendars.filed));
  return {
    general,
    calendars: calendars.calendars,
    companies,
    errors: [...calendars.errors, ...shared.errors],
    files: companies.reduce((sum, one) => sum + one.files, calendars.filed.length + (shared.has(libraryName) ? 1 : 0)),
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

/** Reads the files of one folder by their schemas, and gathers what is wrong with them. */
function reader(folder: string, shown: string, names: readonly string[]) {
  const errors: string[] = [];
  const take = async <T>(name: string, parse: (text: string, file: string) => Read<T>): Promise<T | undefined> => {
    if (!names.includes(name)) return undefined;
    const file = `${shown}/${name}`;
    const text = utf8(await readFile(join(folder, name)));
    const parsed = text === undefined ? notUtf8(file) : parse(text, file);
    if (parsed.ok) return parsed.source;
    errors.push(...parsed.errors);
    return undefined;
  };
  return {
    errors,
    has: (name: string): boolean => names.includes(name),
    read: <S extends z.ZodType>(name: string, schema: S): Promise<Source<z.output<S>> | undefined> =>
      take(name, (text, file) => parsePolicyFile(text, file, schema)),
    procedure: (name: string, library: Library): Promise<ProcedureSource | undefined> =>
      take(name, (text, file) => parseProcedureFile(text, file, library)),
  };
}

type Company = Awaited<ReturnType<typeof loadCompany>>;

async function loadCompany(folder: string, shown: string, general: LibraryFile | undefined, calendars: readonly string[]) {
  const names = (await readdir(folder)).filter(isYaml).sort();
  const { errors, has, read, procedure: readProcedure } = reader(folder, shown, names);
  for (const name of [files.clauses, files.company]) {
    if (!has(name)) errors.push(`${shown}/${name}:1:1: the file is missing; allowed: each company has one`);
  }
  const book = await read(files.clauses, clauses);
  const written = await read(files.company, companyFile);
  if (written !== undefined && written.value.company !== basename(folder)) {
    errors.push(`${written.at(['company'])}: "${written.value.company}" is not the name of its folder; allowed: ${basename(folder)}`);
  }
  const library = libraryOf(general, written?.value);
  const company = written === undefined ? undefined : { ...written, value: companyIn(written.value) };
  const staff = await read(files.people, people);
  const trade = await read(files.trade, tradeBook);
  if (trade !== undefined) errors.push(...checkTradeBook(trade));
  const procedureFiles = names.filter((name) => !Object.values<string>(files).includes(name));
  const procedures: ProcedureSource[] = [];
  for (const name of procedureFiles) {
    const procedure = await readProcedure(name, library);
    if (procedure === undefined) continue;
    procedures.push(procedure);
    const expected = `${procedure.value.procedure}.yaml`;
    if (name !== expected)
      errors.push(`${procedure.at(['procedure'])}: the file of this procedure is called ${name}; allowed: ${expected}`);
  }
  const given = { ...(book === undefined ? {} : { clauses: book }), ...(staff === undefined ? {} : { people: staff }) };
  const filed = procedureFiles.map((name) => name.replace(/\.ya?ml$/, ''));
  if (company !== undefined) errors.push(...checkCompany({ company, procedures, filed, calendars, ...given }, subjects));
  return { company, procedures, library, ...given, ...(trade === undefined ? {} : { trade }), errors, files: names.length };
}

/** A file's text; other encodings than UTF-8 are refused, never guessed. */
function utf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? new TextDecoder().decode(bytes) : undefined;
}

const notUtf8 = (file: string): { readonly ok: false; readonly errors: readonly string[] } => ({
  ok: false,
  errors: [`${file}:1:1: the text is in another encoding; allowed: UTF-8`],
});
