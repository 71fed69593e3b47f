import { createHash, randomBytes } from 'node:crypto';
import type { About, Member } from '../domain/authority/directory.js';
import { isFor } from '../domain/authority/may-act.js';
import type { CaseStatus, TaskRow } from '../domain/engine/ledger.js';
import type { Json } from '../domain/json.js';
import type { Claim } from './collaboration.js';
import type { Db } from './pool.js';

/** A person as the token or session names them, with all roles and teams, and those they stand in for. */
export interface Principal extends Member {
  readonly tokenId: string;
  readonly name: string;
  readonly locale: 'zh' | 'en' | 'id';
  /** Version of the directory that the rights are from. */
  readonly directory: number;
  /** The sites of each company that has some. */
  readonly sites: Readonly<Record<string, readonly string[]>>;
}

export interface CaseHead {
  readonly id: string;
  readonly company: string;
  readonly procedure: string;
  readonly number: string;
  readonly edition: string;
  readonly status: CaseStatus;
  readonly turn: number;
  readonly digest: string;
  readonly seq: number;
  readonly title: string;
  readonly startedBy: string;
  readonly outcome: Json;
  /** What limits of stand-ins and sites are looked at. */
  readonly about: About;
}

/** What the answer to a task is held against: what is shown, and the answer before; null where there is none. */
export interface FormContent {
  readonly shown: Json;
  readonly prefill: Json;
}

/** Who asks, and what they ask about as SQL shows it. `task` and `case` are missing when they are not asked for or not there. */
export type Authentication =
  | {
      readonly ok: true;
      readonly person: Principal /** The edition in force. */;
      readonly edition?: string;
      readonly task?: TaskRow;
      /** Who has taken which seat of the task. */
      readonly claims: readonly Claim[];
      readonly case?: CaseHead;
      readonly form?: FormContent;
    }
  | { readonly ok: false; readonly reason: 'unknown' | 'revoked' | 'inactive' };

interface Found {
  readonly token: string;
  readonly edition: string | null;
  readonly revoked: boolean;
  readonly active: boolean;
  readonly person: Omit<Principal, 'tokenId' | 'circle'> & Circled;
  readonly task: TaskRow | null;
  readonly claims: readonly (Claim & { readonly holder: Holder })[];
  readonly case: CaseHead | null;
  readonly form: FormContent | null;
}

/** Whom somebody may act for, as SQL has it. */
interface Circled {
  readonly circle: Member['circle'] | null;
}

interface Holder extends Omit<Member, 'circle'>, Circled {
  readonly active: boolean;
}

const asMember = <One extends Circled>({ circle, ...one }: One) => ({
  ...one,
  ...(circle === null || circle === undefined ? {} : { circle }),
});

/** The claims of a task; idle are those whose holder may not fill the seat any more. */
function claimsIn({ claims, task, case: head }: Found): readonly Claim[] {
  return claims.map(({ holder: { active, ...holder }, ...claim }) => {
    const seat = task?.seats.find(({ id }) => id === claim.seat);
    if (seat === undefined || head === null) return claim;
    return active && isFor(asMember(holder), head.company, seat, head.about) ? claim : { ...claim, idle: true };
  });
}

const text = `
  select t.id as token, (select id from edition where current) as edition, t.revoked, p.active,
    json_build_object('id', p.id, 'name', p.name, 'locale', p.locale, 'directory', (select version from directory),
      'memberships', (select coalesce(json_agg(json_strip_nulls(json_build_object('company', m.company_id, 'role', m.role, 'site', nullif(m.site, ''))) order by m.company_id, m.role, m.site), '[]')
        from membership m where m.person_id = p.id),
      'teams', (select coalesce(json_agg(json_build_object('company', m.company_id, 'team', m.team) order by m.company_id, m.team), '[]') from team_membership m where m.person_id = p.id),
      'circle', case when exists (select from stand_in s where s.substitute_id = p.id) then gendan_circle(p.id) end,
      'sites', (select coalesce(json_object_agg(company_id, ids), '{}') from (select company_id, json_agg(id order by id) as ids from site group by company_id) s)) as person,
    (select row from task where id = $2) as task,
    (select coalesce(json_agg(json_build_object('seat', c.seat, 'person', c.person_id, 'by', c.by, 'at', floor(extract(epoch from c.at) * 1000),
        'holder', json_build_object('id', h.id, 'active', h.active, 'memberships', gendan_memberships(h.id), 'teams', gendan_teams(h.id), 'circle', gendan_circle(h.id))) order by c.seat), '[]')
      from task t join task_claim c on c.case_id = t.case_id and c.key = t.key join person h on h.id = c.person_id where t.id = $2) as claims,
    (select json_build_object('id', k.id, 'company', k.company, 'procedure', k.procedure, 'number', k.number, 'edition', k.edition, 'status', k.status, 'turn', k.turn,
        'digest', k.digest, 'seq', k.seq, 'title', k.title, 'startedBy', k.started_by, 'outcome', k.outcome, 'about', gendan_about(k))
      from kase k where k.id = coalesce($3, (select case_id from task where id = $2))) as case,
    (select json_build_object('shown', (select value from content where hash = a.shown), 'prefill', (select value from content where hash = a.prefill))
      from task a join kase k on k.id = a.case_id join edition_procedure e on e.edition = k.edition and e.company = k.company and e.procedure = k.procedure
      where $4 and a.id = $2 and a.state = 'open' and a.step = any(e.held_steps)) as form
  from (select id, person_id, revoked_at is not null as revoked from token where hash = $1
      union all select id, person_id, expires_at <= now() from session where hash = $1) t
    join person p on p.id = t.person_id`;

/**
 * Resolves a token, or the secret of a session, to a person with their roles and, in the same statement, the task or the case that is asked about. `toAnswer`: also what the form
 * of the task is held against, where it is.
 */
export async function authenticate(
  db: Db,
  secret: string,
  about: { readonly taskId?: string; readonly caseId?: string; readonly toAnswer?: true } = {},
): Promise<Authentication> {
  const { rows } = await db.query<Found>({
    name: 'gendan_authenticate',
    text,
    values: [tokenHash(secret), about.taskId ?? null, about.caseId ?? null, about.toAnswer === true],
  });
  const found = rows[0];
  if (found === undefined) return { ok: false, reason: 'unknown' };
  if (found.revoked) return { ok: false, reason: 'revoked' };
  if (!found.active) return { ok: false, reason: 'inactive' };
  return {
    ok: true,
    person: { tokenId: found.token, ...asMember(found.person) },
    ...(found.edition === null ? {} : { edition: found.edition }),
    ...(found.task === null ? {} : { task: found.task }),
    claims: claimsIn(found),
    ...(found.case === null ? {} : { case: found.case }),
    ...(found.form === null ? {} : { form: found.form }),
  };
}

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
