import type { Json } from '../../domain/json.js';
import type { Db } from '../pool.js';
import { millis } from './cases.js';
import { cursorOf, momentText, partsOf } from './cursor.js';
import type { Page } from './tasks.js';

export const noticeMailStates = ['prepared', 'handing-over', 'handed-over', 'kept', 'refused', 'unknown'] as const;
export type NoticeMailState = (typeof noticeMailStates)[number];

/** A notice in somebody's hands. */
export interface PersonNotice {
  readonly caseId: string;
  readonly key: string;
  readonly version: number;
  readonly notice: string;
  readonly at: number;
  readonly readAt: number | null;
  /** What became of its mail; null: it is not mailed. */
  readonly mail: { readonly state: NoticeMailState; readonly answer: string | null } | null;
  readonly content: Json;
  readonly company: string;
  readonly procedure: string;
  readonly number: string;
  readonly title: string;
  readonly edition: string;
}

/** What names a notice in the hands of a person. */
export type NoticePlace = Pick<PersonNotice, 'caseId' | 'key' | 'version'>;

export interface NoticesAsked {
  readonly unread: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The notices of a person, latest first, and how many of all are unread. Undefined: the page mark is none of this list. */
export async function noticesOf(
  db: Db,
  person: string,
  { unread, limit, cursor }: NoticesAsked,
): Promise<(Page<PersonNotice> & { readonly unread: number }) | undefined> {
  const parts = cursor === undefined ? ['infinity', ''] : partsOf(cursor, ['moment', 'text']);
  if (parts === undefined) return undefined;
  const { rows } = await db.query<PersonNotice & { readonly mark: string; readonly place: string }>({
    name: `gendan_notices${unread ? '_unread' : ''}`,
    text: `with page as (
        select p.*, p.case_id || '/' || p.key || '@' || p.version as place from person_notice p
        where p.person_id = $1${unread ? ' and p.read_at is null' : ''} and (p.at < $2::timestamptz or (p.at = $2::timestamptz and p.case_id || '/' || p.key || '@' || p.version > $3)) order by p.at desc, place limit $4)
      select p.case_id as "caseId", p.key, p.version, n.notice, ${millis('p.at')} as at, ${millis('p.read_at')} as "readAt", c.value as content,
        case when p.mail_state is not null then json_build_object('state', p.mail_state, 'answer', p.mail_answer) end as mail,
        k.company, k.procedure, k.number, k.title, k.edition, ${momentText('p.at')} as mark, p.place
      from page p join notice n on n.case_id = p.case_id and n.key = p.key and n.version = p.version join kase k on k.id = p.case_id left join content c on c.hash = n.shown
      order by p.at desc, p.place`,
    values: [person, ...parts, limit + 1],
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const items = rows.slice(0, limit).map(({ mark: _mark, place: _place, ...notice }) => notice);
  return { items, next: last === undefined ? null : cursorOf([last.mark, last.place]), unread: await unreadOf(db, person) };
}

async function unreadOf(db: Db, person: string): Promise<number> {
  const { rows } = await db.query<{ unread: number }>({
    name: 'gendan_unread',
    text: 'select count(*)::integer as unread from person_notice where person_id = $1 and read_at is null',
    values: [person],
  });
  return rows[0]?.unread ?? 0;
}

/** What became of read marks: how many were new, and how many notices are still unread. */
export interface ReadMarks {
  readonly marked: number;
  readonly unread: number;
}

/** Marks a notice as read, or with `andBefore` it and everything that is below it in the list. Undefined: the person has no such notice. */
export async function markRead(
  db: Db,
  person: string,
  { caseId, key, version }: NoticePlace,
  andBefore: boolean,
): Promise<ReadMarks | undefined> {
  const { rows } = await db.query<{ found: boolean; marked: number }>({
    name: 'gendan_read',
    text: `with mark as (select *, case_id || '/' || key || '@' || version as place from person_notice where person_id = $1 and case_id = $2 and key = $3 and version = $4),
        done as (update person_notice p set read_at = clock_timestamp() from mark m where p.person_id = $1 and p.read_at is null
          and (p.case_id = m.case_id and p.key = m.key and p.version = m.version
            or $5 and (p.at < m.at or (p.at = m.at and p.case_id || '/' || p.key || '@' || p.version > m.place))) returning 1)
      select exists (select from mark) as found, (select count(*) from done)::integer as marked`,
    values: [person, caseId, key, version, andBefore],
  });
  const [row] = rows;
  return row?.found === true ? { marked: row.marked, unread: await unreadOf(db, person) } : undefined;
}
