import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { CaseHead, FormContent, Principal } from '../../../db/authentication.js';
import type { Claim } from '../../../db/collaboration.js';
import type { DbPool } from '../../../db/pool.js';
import type { Rehearsal } from '../../../domain/analysis/rehearse.js';
import type { Allowed } from '../../../domain/authority/may-act.js';
import type { Grant } from '../../../domain/engine/command.js';
import type { Actor } from '../../../domain/engine/facts.js';
import type { TaskRow } from '../../../domain/engine/ledger.js';
import type { CaseState } from '../../../domain/engine/state.js';
import type { Books } from '../../../domain/policy/policy.js';
import type { Locale } from '../../../domain/texts/texts.js';
import type { Dispatcher } from '../../dispatch/contract.js';
import type { BookCache, CalendarCache } from './cache.js';
import type { EventHub } from './event-hub.js';
import type { Names } from './words.js';

/** Tries a case's move to an edition out. Undefined: this process is not of that release, or the release does not know the procedure. */
export type Rehearser = (snapshot: CaseState, target: { readonly id: string; readonly books: Books }) => Rehearsal | undefined;

/** What the routes work with. */
export interface ApiContext {
  readonly db: DbPool;
  readonly dispatcher: Dispatcher;
  readonly books: BookCache;
  readonly calendars: CalendarCache;
  readonly events: EventHub;
  readonly rehearse: Rehearser;
  readonly log: Logger;
  /** Invented people may be signed in as by choosing them. */
  readonly demoPeople: boolean;
  /** Whether Temporal answers now. */
  temporalAnswers(): Promise<boolean>;
  /** The server is on its way down: nothing new is begun. */
  stopping(): boolean;
}

/** What a request carries along from middleware to handler. */
export interface RequestVariables {
  /** The language that the header asks for; undefined: none that there is. */
  wanted: Locale | undefined;
  person?: Principal;
  /** The code of the problem that it was answered with. */
  problem?: string;
  /** The body was taken in whole, so that the connection can be used again. */
  bodyTaken?: true;
  /** Names the request in the log and in an answer of 500. */
  reference: string;
}

export type RequestContext = Context<{ Variables: RequestVariables }>;

/** Who asks, in which language, and what SQL shows of the task or case asked about. */
export interface Caller {
  readonly person: Principal;
  readonly locale: Locale;
  /** The edition in force. */
  readonly edition?: string;
  readonly task?: TaskRow;
  /** Who has taken which seat of the task. */
  readonly claims: readonly Claim[];
  readonly case?: CaseHead;
  /** What the answer to the task is held against, where it is. */
  readonly form?: FormContent;
}

/** Who carries out a command, for whom, and by which right. */
export function actorOf(person: Principal, { rule, actingFor, chain }: Allowed): Actor & { readonly grant: Grant } {
  const grant: Grant = { rule, directory: person.directory, ...(chain === undefined ? {} : { substitutions: chain.map(({ id }) => id) }) };
  return { by: person.id, ...(actingFor === undefined ? {} : { actingFor }), grant };
}

/** The names that sentences about a case need. */
export async function namesFor(
  api: ApiContext,
  head: { readonly edition: string; readonly company: string; readonly procedure: string },
): Promise<Names> {
  const books = await api.books.of(head.edition);
  return { book: books?.[head.company], procedure: head.procedure };
}
