import { randomBytes } from 'node:crypto';
import { tokenHash } from './authentication.js';
import type { Db } from './pool.js';

/** How somebody may sign in. */
export type SignInWay = 'demo' | 'password' | 'provider';

/** A session that has just begun or been renewed. `secret` is shown once and kept nowhere. */
export interface NewSession {
  readonly secret: string;
  /** Until when it holds without being renewed, in seconds from now. */
  readonly seconds: number;
}

/** A session that is not used ends; one that is used is renewed, but not for ever. */
const idleHours = 12;
const longestDays = 7;
/** Requests under way, and other tabs, still send the secret before. */
const overlapSeconds = 60;

const newSecret = () => ({ id: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('base64url') });

/** Begins a session of a person. Undefined: nobody active has this id. */
export async function beginSession(db: Db, person: string, way: SignInWay): Promise<NewSession | undefined> {
  const { id, secret } = newSecret();
  const { rowCount } = await db.query(
    `with gone as (delete from session where expires_at < now())
     insert into session (id, hash, person_id, way, begun_at, expires_at)
     select $1, $2, id, $4, now(), now() + make_interval(hours => $5) from person where id = $3 and active`,
    [id, tokenHash(secret), person, way, idleHours],
  );
  return rowCount === 1 ? { secret, seconds: idleHours * 3_600 } : undefined;
}

/** A new secret for a session that holds. Undefined: it does not hold, or has lasted as long as one may. */
export async function renewSession(db: Db, secret: string): Promise<NewSession | undefined> {
  const next = newSecret();
  const { rows } = await db.query<{ seconds: number }>(
    `with old as (
       update session set expires_at = least(expires_at, now() + make_interval(secs => $4))
       where hash = $1 and expires_at > now() and begun_at > now() - make_interval(days => $6) returning *)
     insert into session (id, hash, person_id, way, begun_at, expires_at)
     select $2, $3, person_id, way, begun_at, least(now() + make_interval(hours => $5), begun_at + make_interval(days => $6)) from old
     returning floor(extract(epoch from expires_at - now()))::integer as seconds`,
    [tokenHash(secret), next.id, tokenHash(next.secret), overlapSeconds, idleHours, longestDays],
  );
  const [row] = rows;
  return row === undefined ? undefined : { secret: next.secret, seconds: row.seconds };
}

/** Ends a session at once. */
export async function endSession(db: Db, secret: string): Promise<void> {
  await db.query('delete from session where hash = $1', [tokenHash(secret)]);
}
