import { createHash, randomBytes } from 'node:crypto';
import type { Db } from './pool.js';

/** A new token. `secret` is shown once and kept nowhere. */
export interface NewToken {
  /** Public part, for revoking. */
  readonly id: string;
  /** `gendan_<id>_<random>`. */
  readonly secret: string;
}

/** Hash under which a token is kept: SHA-256 of its whole text. The text holds 32 random bytes, so it needs no salt and no slow hash. */
export function tokenHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Makes a token for a person or a machine. Undefined: there is no such person. */
export async function createToken(db: Db, personId: string): Promise<NewToken | undefined> {
  const id = randomBytes(6).toString('hex');
  const secret = `gendan_${id}_${randomBytes(32).toString('base64url')}`;
  const { rowCount } = await db.query('insert into token (id, hash, person_id) select $1, $2, id from person where id = $3', [
    id,
    tokenHash(secret),
    personId,
  ]);
  return rowCount === 1 ? { id, secret } : undefined;
}

/** Revokes a token from now on. False: there is none of this id that still holds. */
export async function revokeToken(db: Db, id: string): Promise<boolean> {
  const { rowCount } = await db.query('update token set revoked_at = now() where id = $1 and revoked_at is null', [id]);
  return rowCount === 1;
}
