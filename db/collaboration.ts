import type { CollaborationVerb, NoteKind, SeatClaim } from '../domain/authority/collaboration.js';
import type { About } from '../domain/authority/directory.js';
import type { TaskRow } from '../domain/engine/ledger.js';
import type { Json, JsonObject } from '../domain/json.js';
import { millis } from './paging.js';
import type { Db } from './pool.js';

/** What people do beside a case: SQL only, since it decides nothing. */

/** A command beside a case. */
export interface CollaborationEntry {
  /** Hash of actor and idempotency key. */
  readonly id: string;
  readonly idempotencyKey: string;
  readonly bodyHash: string;
  readonly body: Json;
  readonly caseId: string;
  readonly actor: string;
  readonly verb: CollaborationVerb | 'hand-over';
  readonly kind: NoteKind;
  /** The task that it is about; none: the case as a whole. */
  readonly task?: string;
  readonly key?: string;
  readonly step?: string;
  /** claim, release, reassign, hand-over: which seat of the task. */
  readonly seat?: string;
  /** Whom it concerns: who takes the task, is asked, is shown it. */
  readonly person?: string;
  /** Who has the seat now, where that must still be so. */
  readonly from?: string;
  readonly text?: string;
  /** Who is told, besides `person`. */
  readonly tell: readonly string[];
  /** urge: how long after the one before. */
  readonly everyMs?: number;
}

/** Carries one out, or says why not; the same command again is answered as before. */
export async function recordCollaboration(
  db: Db,
  entry: CollaborationEntry,
): Promise<{ readonly note: number } | { readonly refused: string; readonly values: JsonObject }> {
  const { rows } = await db.query<{ answer: { readonly note: number } | { readonly refused: string; readonly values: JsonObject } }>({
    name: 'gendan_beside',
    text: 'select gendan_beside($1) as answer',
    values: [JSON.stringify(entry)],
  });
  return (rows[0] as (typeof rows)[number]).answer;
}

/** The note that a command left which was carried out before; undefined: there was none, or it was another one. */
export async function noteOf(db: Db, { id, bodyHash }: Pick<CollaborationEntry, 'id' | 'bodyHash'>): Promise<number | undefined> {
  const { rows } = await db.query<{ note: number | null }>({
    name: 'gendan_note',
    text: "select (answer->>'note')::float8 as note from command where id = $1 and body_hash = $2 and status = 'done'",
    values: [id, bodyHash],
  });
  return rows[0]?.note ?? undefined;
}

/** Who has taken a seat of a task. */
export interface Claim extends SeatClaim {
  readonly by: string;
}

/** A note in a case's timeline. */
export interface Note {
  readonly id: number;
  readonly taskId: string | null;
  readonly step: string | null;
  readonly kind: NoteKind;
  readonly by: string;
  readonly person: string | null;
  readonly text: string | null;
  readonly at: number;
}

/** The notes of a case from a moment on, up to another one, oldest first. Epoch milliseconds. */
export async function notesOf(db: Db, caseId: string, from: number, until: number | undefined): Promise<readonly Note[]> {
  const { rows } = await db.query<Note>({
    name: 'gendan_notes',
    text: `select n.id::float8 as id, n.task_id as "taskId", t.step, n.kind, n.by, n.person_id as person, n.text, ${millis('n.at')} as at
      from case_note n left join task t on t.id = n.task_id
      where n.case_id = $1 and n.at >= to_timestamp($2::float8 / 1000) and ($3::float8 is null or n.at < to_timestamp($3::float8 / 1000)) order by n.at, n.id limit 500`,
    values: [caseId, from, until ?? null],
  });
  return rows;
}

/** Claims of some tasks, by `caseId/key`. */
export async function claimsOf(
  db: Db,
  tasks: readonly { readonly caseId: string; readonly key: string }[],
): Promise<ReadonlyMap<string, readonly Claim[]>> {
  if (tasks.length === 0) return new Map();
  const { rows } = await db.query<Claim & { readonly place: string }>({
    name: 'gendan_claims',
    text: `select c.case_id || '/' || c.key as place, c.seat, c.person_id as person, c.by, ${millis('c.at')} as at
      from unnest($1::text[], $2::text[]) t(case_id, key) join task_claim c on c.case_id = t.case_id and c.key = t.key order by c.seat`,
    values: [tasks.map(({ caseId }) => caseId), tasks.map(({ key }) => key)],
  });
  const found = new Map<string, Claim[]>();
  for (const { place, ...claim } of rows) found.set(place, [...(found.get(place) ?? []), claim]);
  return found;
}

/** Everything open that a person holds in a company: claims, and seats that name them. */
export interface Held {
  readonly task: TaskRow;
  readonly caseId: string;
  readonly procedure: string;
  readonly edition: string;
  readonly turn: number;
  readonly about: About;
  /** Ids of the seats that they have taken. */
  readonly claimed: readonly string[];
  /** Ids of the seats that name them. */
  readonly named: readonly string[];
}

/** What a person holds, by case and task; `tasks`: only of these. */
export async function heldBy(db: Db, company: string, person: string, tasks: readonly string[] | undefined): Promise<readonly Held[]> {
  const { rows } = await db.query<Held>({
    name: 'gendan_held',
    text: `select t.row as task, t.case_id as "caseId", k.procedure, k.edition, k.turn, gendan_about(k) as about,
        array(select c.seat from task_claim c, jsonb_array_elements(t.row->'seats') s where c.case_id = t.case_id and c.key = t.key and c.person_id = $2
          and s->>'id' = c.seat and coalesce(s->>'state', 'open') in ('open', 'waiting') order by c.seat) as claimed,
        array(select s->>'id' from jsonb_array_elements(t.row->'seats') with ordinality as a(s, n) where coalesce(s->>'state', 'open') in ('open', 'waiting')
          and s->'candidates' @> jsonb_build_array(jsonb_build_object('person', $2::text)) order by n) as named
      from task t join kase k on k.id = t.case_id
      where t.company = $1 and t.state in ('open', 'suspended') and ($3::text[] is null or t.id = any($3))
        and (exists (select from task_claim c where c.case_id = t.case_id and c.key = t.key and c.person_id = $2)
          or t.row->'seats' @> jsonb_build_array(jsonb_build_object('candidates', jsonb_build_array(jsonb_build_object('person', $2::text)))))
      order by t.case_id, t.id`,
    values: [company, person, tasks ?? null],
  });
  return rows;
}

/** An answer that somebody has begun to write. */
export interface TaskDraft {
  readonly data: Json;
  readonly rev: number;
  readonly at: number;
}

interface DraftOf {
  readonly caseId: string;
  readonly key: string;
  readonly person: string;
}

export async function readDraft(db: Db, { caseId, key, person }: DraftOf): Promise<TaskDraft | undefined> {
  const { rows } = await db.query<TaskDraft>({
    name: 'gendan_draft',
    text: `select data, rev, ${millis('at')} as at from task_draft where case_id = $1 and key = $2 and person_id = $3`,
    values: [caseId, key, person],
  });
  return rows[0];
}

export async function keepDraft(db: Db, { caseId, key, person }: DraftOf, { data, rev }: Omit<TaskDraft, 'at'>): Promise<void> {
  await db.query({
    name: 'gendan_keep_draft',
    text: `insert into task_draft (case_id, key, person_id, data, rev, at) values ($1, $2, $3, $4, $5, clock_timestamp())
      on conflict (case_id, key, person_id) do update set data = excluded.data, rev = excluded.rev, at = excluded.at`,
    values: [caseId, key, person, JSON.stringify(data), rev],
  });
}

export async function dropDraft(db: Db, { caseId, key, person }: DraftOf): Promise<void> {
  await db.query({
    name: 'gendan_drop_draft',
    text: 'delete from task_draft where case_id = $1 and key = $2 and person_id = $3',
    values: [caseId, key, person],
  });
}
