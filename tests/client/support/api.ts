import { pino } from 'pino';
import { createApp } from '../../../client/api/app.js';
import { createBookCache, createCalendarCache } from '../../../client/api/http/cache.js';
import type { ApiContext } from '../../../client/api/http/context.js';
import type { ApiApp } from '../../../client/api/http/endpoint.js';
import type { EventHub } from '../../../client/api/http/event-hub.js';
import type { Dispatcher } from '../../../client/dispatch/contract.js';
import { createToken } from '../../../db/authentication.js';
import { saveCalendars } from '../../../db/calendars.js';
import { loadDirectory } from '../../../db/directory.js';
import { saveEdition, setCurrentEdition } from '../../../db/editions.js';
import { applyRows } from '../../../db/ledger.js';
import { createPool } from '../../../db/pool.js';
import { hashOf } from '../../../domain/canonical-json.js';
import type { CaseStart } from '../../../domain/engine/command.js';
import { attemptEnded, begin } from '../../../domain/engine/turn.js';
import type { JsonObject } from '../../../domain/json.js';
import type { Books } from '../../../domain/policy/policy.js';
import { loadBooks } from '../../../policies/load.js';
import { procedures } from '../../../workflows/procedures.js';
import { createTestDatabase } from '../../support/servers.js';

export const edition = 'etest';

/** An API over a database of its own with Hehe's book, its demo people and a second company, without Temporal. */
export interface TestApi {
  readonly app: ApiApp;
  readonly pool: ReturnType<typeof createPool>;
  readonly databaseUrl: string;
  readonly books: Books;
  /** Lines of the log so far. */
  readonly logged: string[];
  /** The header that names a person. */
  as(person: string): Promise<Record<string, string>>;
  /** Puts a case into SQL as its own first turn would. */
  seed(number: string, subject: JsonObject, changes?: Partial<CaseStart> & { readonly at?: number }): Promise<string>;
  close(): Promise<void>;
}

/** A dispatcher that must not be reached: what it is given here would be a mistake of the api. */
export const unreachable: Dispatcher = {
  start: () => Promise.reject(new Error('the dispatcher was reached')),
  command: () => Promise.reject(new Error('the dispatcher was reached')),
  catchUp: () => Promise.reject(new Error('the dispatcher was reached')),
  snapshot: () => Promise.reject(new Error('the dispatcher was reached')),
  next: () => Promise.resolve(undefined),
  reconcile: () => ({ stop: async () => undefined }),
};

/** A company of its own that none of Hehe's people works in, with Hehe's procedure. */
function otherCompany({ hehe }: Books): Books[string] {
  if (hehe === undefined) throw new Error('policies/hehe is missing');
  return { company: { ...hehe.company, company: 'other', prefix: 'OT' }, procedures: hehe.procedures };
}

export async function testApi(dispatcher: Partial<Dispatcher> = {}, events?: EventHub): Promise<TestApi> {
  const database = await createTestDatabase();
  const pool = createPool({ databaseUrl: database.url, applicationName: 'test', onError: () => undefined });
  const loaded = await loadBooks('policies');
  const hehe = loaded.books['hehe'];
  if (hehe === undefined) throw new Error(loaded.errors.join('\n'));
  const books = { hehe, other: otherCompany(loaded.books) };
  await saveEdition(pool, { id: edition, books, code: '', manifest: { sources: {}, versions: {}, bundle: '' } });
  await setCurrentEdition(pool, edition);
  const calendar = loaded.calendars['cn-hehe'];
  if (calendar === undefined) throw new Error('policies/calendars/cn-hehe.yaml is missing');
  await saveCalendars(pool, [
    { company: 'hehe', calendar },
    { company: 'other', calendar },
  ]);
  await loadDirectory(pool, [
    { company: hehe.company, people: loaded.people['hehe'] ?? [] },
    { company: books.other.company, people: [{ id: 'outsider', name: 'Outsider', locale: 'en', roles: ['merchandiser'] }] },
  ]);
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const api: ApiContext = {
    db: pool,
    dispatcher: { ...unreachable, ...dispatcher },
    books: createBookCache(pool),
    calendars: createCalendarCache(pool, log),
    events: events ?? { subscribe: () => () => undefined, stop: async () => undefined },
    rehearse: () => undefined,
    log,
    demoPeople: true,
    temporalAnswers: async () => true,
    stopping: () => false,
  };
  const tokens = new Map<string, string>();
  return {
    app: createApp(api, '0.0.0'),
    pool,
    databaseUrl: database.url,
    books,
    logged,
    async as(person) {
      const secret = tokens.get(person) ?? (await createToken(pool, person))?.secret ?? '';
      tokens.set(person, secret);
      return { authorization: `Bearer ${secret}` };
    },
    seed: (number, subject, changes) => seed(pool, books, number, subject, { calendar, ...changes }),
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

async function seed(
  pool: TestApi['pool'],
  books: Books,
  number: string,
  subject: JsonObject,
  changes: Partial<CaseStart> & { readonly at?: number } = {},
): Promise<string> {
  const { at = Date.now(), ...rest } = changes;
  const company = changes.company ?? 'hehe';
  const start: CaseStart = {
    caseId: `${company}:order-intake:${number}`,
    company,
    procedure: 'order-intake',
    number,
    edition,
    subject,
    by: 'chen-li',
    ...rest,
  };
  const policy = books[company]?.procedures['order-intake'];
  if (policy === undefined) throw new Error(`no policy for ${company}`);
  const setting = { procedure: procedures.heheOrderIntake, policy, utcOffsetMinutes: 480 };
  const begun = begin(setting, start, at);
  const reads = Object.values(begun.state.effects).filter(({ flight }) => flight !== undefined);
  const read = reads.reduce((turned, { key }) => attemptEnded(setting, turned.state, at, key, { ok: true, result: {} }), begun);
  const rows = read === begun ? begun.rows : [...begun.rows, ...read.rows];
  await pool.query(
    `insert into command (id, case_id, verb, actor, key, body_hash, subject_hash, body, status) values ($1, $2, 'begin', 'chen-li', $1, '', $3, $4, 'done')`,
    [`begin ${start.caseId}`, start.caseId, hashOf(subject), JSON.stringify(start)],
  );
  await applyRows(pool, start.caseId, rows);
  return start.caseId;
}

/** An order with the lines given, each as Hehe's people write them. */
export function anOrder(changes: JsonObject = {}): JsonObject {
  return {
    customer: '佛山宏泰门窗有限公司',
    customerPo: 'HT-88213',
    currency: 'CNY',
    lines: [{ id: '1', code: 'LJG-C20-600', name: '连接杆', quantity: 1200, unit: '支', unitPriceMinor: 385, requestedDate: '2026-12-05' }],
    ...changes,
  };
}
