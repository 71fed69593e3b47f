import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { authenticate } from '../../../db/authentication.js';
import type { NewSession } from '../../../db/sessions.js';
import { assertNever } from '../../../domain/assert-never.js';
import { Attempts } from './attempts.js';
import type { ApiContext, Caller, RequestContext } from './context.js';
import { addressOf } from './doors.js';
import { languageOf } from './locale.js';
import { Problem } from './problem.js';

/** What a request is about: loaded in the statement that resolves its token. */
export interface About {
  readonly taskId?: string;
  readonly caseId?: string;
  /** The task is to be answered. */
  readonly toAnswer?: true;
}

/**
 * Who asks. The actor always comes from here.
 * @throws Problem TOKEN_MISSING, TOKEN_INVALID, TOKEN_REVOKED or FOREIGN_PAGE
 */
export async function identify(api: ApiContext, c: RequestContext, about: About = {}): Promise<Caller> {
  const [secret, address, attempts] = [bearer(c), addressOf(c), attemptsOf(api)];
  const seconds = attempts.waits(address, secret);
  if (seconds > 0) throw new Problem('TOKENS_TRIED', { values: { seconds } });
  const found = await authenticate(api.db, secret, about);
  if (!found.ok) {
    attempts.failed(address, secret);
    throw new Problem(codeOf(found.reason));
  }
  attempts.held(secret);
  c.set('person', found.person);
  const { person } = found;
  return {
    person,
    locale: languageOf(c),
    ...(found.edition === undefined ? {} : { edition: found.edition }),
    ...(found.task === undefined ? {} : { task: found.task }),
    claims: found.claims,
    ...(found.case === undefined ? {} : { case: found.case }),
    ...(found.form === undefined ? {} : { form: found.form }),
  };
}

const attempts = new WeakMap<ApiContext, Attempts>();
function attemptsOf(api: ApiContext): Attempts {
  const known = attempts.get(api) ?? new Attempts();
  attempts.set(api, known);
  return known;
}

/** The secret that says who asks: of the Authorization header, or of the cookie of a session. */
export function bearer(c: RequestContext): string {
  const header = c.req.header('authorization');
  if (header === undefined) return sessionSecret(c);
  const secret = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (header.trim() === '') throw new Problem('TOKEN_MISSING');
  if (secret === undefined || secret.length > 512) throw new Problem('TOKEN_INVALID');
  return secret;
}

/**
 * The secret of a session. A cookie is sent by the browser whoever made it ask, so what changes something must come from a page of ours: browsers
 * say so themselves, by Sec-Fetch-Site or, the older ones, by Origin.
 * @throws Problem TOKEN_MISSING or FOREIGN_PAGE
 */
function sessionSecret(c: RequestContext): string {
  const secret = sessionCookie(c);
  if (secret === undefined || secret === '' || secret.length > 512) throw new Problem('TOKEN_MISSING');
  requireOwnPage(c);
  return secret;
}

/** @throws Problem FOREIGN_PAGE */
export function requireOwnPage(c: RequestContext): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return;
  const site = c.req.header('sec-fetch-site');
  const own = site === undefined ? isOwnOrigin(c) : site === 'same-origin';
  if (!own) throw new Problem('FOREIGN_PAGE');
}

function isOwnOrigin(c: RequestContext): boolean {
  const origin = c.req.header('origin');
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}

/** Cookies do not tell ports apart, so the name does: two Gendans on one machine have sessions of their own. */
const cookieName = (c: RequestContext): string => `gendan_session${(c.req.header('host') ?? '').match(/:(\d+)$/)?.[1] ?? ''}`;

export const sessionCookie = (c: RequestContext): string | undefined => getCookie(c, cookieName(c));

/** Hands a session to the browser: no script reads it, no other site sends it. Undefined takes it away. */
export function giveSession(c: RequestContext, session: NewSession | undefined): void {
  const secure = new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
  const options = { path: '/', httpOnly: true, sameSite: 'Strict', secure } as const;
  if (session === undefined) deleteCookie(c, cookieName(c), options);
  else setCookie(c, cookieName(c), session.secret, { ...options, maxAge: session.seconds });
}

function codeOf(reason: 'unknown' | 'revoked' | 'inactive'): 'TOKEN_INVALID' | 'TOKEN_REVOKED' {
  switch (reason) {
    case 'unknown':
      return 'TOKEN_INVALID';
    case 'revoked':
    case 'inactive':
      return 'TOKEN_REVOKED';
    default:
      return assertNever(reason);
  }
}
