import { authenticate } from '../../../db/authentication.js';
import { assertNever } from '../../../domain/assert-never.js';
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
  const found = await authenticate(api.db, bearer(c), about);
  if (!found.ok) throw new Problem(codeOf(found.reason));
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
