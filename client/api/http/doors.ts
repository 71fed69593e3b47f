import { noteSecurityEvent, type SecurityEventKind } from '../../../db/security-events.js';
import type { ApiContext, RequestContext } from './context.js';

/** Who may do what changes, or something leaves the house, when one of these succeeds. */
const watched: Readonly<Record<string, SecurityEventKind>> = {
  'POST /api/v1/absences': 'rights-changed',
  'PUT /api/v1/absences/:absenceId': 'rights-changed',
  'DELETE /api/v1/absences/:absenceId': 'rights-changed',
  'POST /api/v1/people/:personId/hand-over': 'rights-changed',
  'GET /api/v1/documents/:documentId{[^/]+\\.pdf}': 'exported',
  'POST /api/v1/documents/:documentId{[^/]+\\.pdf}': 'exported',
};

/** The codes of tokens that hold no more; one that was never any is anybody's typing error, and is noted by the address that goes on with it. */
const kinds: Readonly<Record<string, SecurityEventKind>> = { TOKEN_REVOKED: 'token-refused', TOKENS_TRIED: 'tokens-tried' };

const quietMs = 60_000;

/** Notes what happened at the doors. Never in the way of an answer: what cannot be noted is told to the log. */
export function watchDoors(api: ApiContext): (c: RequestContext) => void {
  const triedAt = new Map<string, number>();
  return (c) => {
    const { status } = c.res;
    const code = c.get('problem') ?? String(status);
    const route = `${c.req.method} ${c.req.routePath}`;
    const kind = kinds[code] ?? (status === 403 ? 'refused' : status < 300 ? watched[route] : undefined);
    if (kind === undefined) return;
    const address = addressOf(c);
    if (kind === 'tokens-tried') {
      if (Date.now() - (triedAt.get(address) ?? 0) < quietMs) return;
      if (triedAt.size > 1_000) triedAt.clear();
      triedAt.set(address, Date.now());
    }
    const { id = null, tokenId = null } = c.get('person') ?? {};
    noteSecurityEvent(api.db, { kind, person: id, token: tokenId, address, route, code }).catch((cause: unknown) =>
      api.log.error(
        { kind, person: id, route, code, reason: cause instanceof Error ? cause.message : String(cause) },
        'a security event is not kept',
      ),
    );
  };
}

/** The address that a request came from, as its socket has it: what a header says of it is anybody's. */
export function addressOf(c: RequestContext): string {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? '';
}
