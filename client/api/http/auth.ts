import { authenticate } from '../../../db/authentication.js';
import { assertNever } from '../../../domain/assert-never.js';
import { Attempts } from './attempts.js';
import type { ApiContext, Caller, RequestContext } from './context.js';
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
 * @throws Problem TOKEN_MISSING, TOKEN_INVALID or TOKEN_REVOKED
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

/** The address that a request came from, as its socket has it: what a header says of it is anybody's. */
function addressOf(c: RequestContext): string {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? '';
}

/** The secret of the Authorization header. */
export function bearer(c: RequestContext): string {
  const header = c.req.header('authorization');
  const secret = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (header === undefined || header.trim() === '') throw new Problem('TOKEN_MISSING');
  if (secret === undefined || secret.length > 512) throw new Problem('TOKEN_INVALID');
  return secret;
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
