import type { Db } from './pool.js';

export type SecurityEventKind = 'token-refused' | 'tokens-tried' | 'refused' | 'rights-changed' | 'exported';

/** Something at the doors of an installation. */
export interface SecurityEvent {
  readonly kind: SecurityEventKind;
  /** Who asked, and by which token; null: nobody that is known. */
  readonly person: string | null;
  readonly token: string | null;
  readonly address: string;
  /** Method and pattern of the path. */
  readonly route: string;
  readonly code: string;
}

/** How long they are kept. */
const keptSql = "interval '400 days'";

export async function noteSecurityEvent(db: Db, { kind, person, token, address, route, code }: SecurityEvent): Promise<void> {
  await db.query({
    name: 'gendan_security_event',
    text: 'insert into security_event (kind, person, token, address, route, code) values ($1, $2, $3, $4, $5, $6)',
    values: [kind, person, token, address, route, code],
  });
}

/** The latest first. Those that are too old go when somebody looks. */
export async function securityEvents(
  db: Db,
  { days, limit }: { readonly days: number; readonly limit: number },
): Promise<readonly (SecurityEvent & { readonly at: string })[]> {
  await db.query(`delete from security_event where at < now() - ${keptSql}`);
  const { rows } = await db.query<SecurityEvent & { readonly at: Date }>(
    `select at, kind, person, token, address, route, code from security_event where at > now() - $1 * interval '1 day' order by n desc limit $2`,
    [days, limit],
  );
  return rows.map(({ at, ...event }) => ({ ...event, at: at.toISOString() }));
}
