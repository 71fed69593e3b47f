import type { Json } from '../domain/json.js';
import type { Locale } from '../domain/texts/texts.js';
import type { NoticeMailJob } from './outbox.js';
import { cursorOf, millis, momentText, type Page, partsOf } from './paging.js';
import type { Db } from './pool.js';

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
export type NoticeRef = Pick<PersonNotice, 'caseId' | 'key' | 'version'>;

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
  { caseId, key, version }: NoticeRef,
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

/** A notice that is to be mailed, with all that the mail says. */
export interface MailedNotice {
  readonly caseId: string;
  readonly company: string;
  readonly procedure: string;
  readonly edition: string;
  readonly number: string;
  readonly title: string;
  readonly notice: string;
  readonly content: Json;
  /** When it was told, epoch milliseconds. */
  readonly at: number;
  readonly person: { readonly name: string; readonly locale: Locale; readonly mail: string | null };
  readonly state: NoticeMailState;
}

/** Undefined: the notice is not mailed. */
export async function noticeToMail(db: Db, { caseId, key, version, person }: NoticeMailJob): Promise<MailedNotice | undefined> {
  const { rows } = await db.query<MailedNotice>({
    name: 'gendan_notice_to_mail',
    text: `select k.id as "caseId", k.company, k.procedure, k.edition, k.number, k.title, n.notice, c.value as content, floor(extract(epoch from n.at) * 1000)::float8 as at,
        json_build_object('name', p.name, 'locale', p.locale, 'mail', case when p.active then p.mail end) as person, h.mail_state as state
      from person_notice h join notice n on n.case_id = h.case_id and n.key = h.key and n.version = h.version join kase k on k.id = h.case_id
        join person p on p.id = h.person_id left join content c on c.hash = n.shown
      where h.case_id = $1 and h.key = $2 and h.version = $3 and h.person_id = $4 and h.mail_state is not null`,
    values: [caseId, key, version, person],
  });
  return rows[0];
}

/** The longest answer of a server that is kept, in characters. */
const answerLimit = 500;

/** Writes down what became of a notice's mail. False: it was not in the state `from` any more. */
export async function noteNoticeMail(
  db: Db,
  { caseId, key, version, person }: NoticeMailJob,
  from: NoticeMailState,
  to: { readonly state: NoticeMailState; readonly answer?: string },
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'gendan_note_notice_mail',
    text: `update person_notice set mail_state = $6, mail_answer = coalesce($7, mail_answer)
      where case_id = $1 and key = $2 and version = $3 and person_id = $4 and mail_state = $5`,
    values: [caseId, key, version, person, from, to.state, to.answer?.slice(0, answerLimit) ?? null],
  });
  return rowCount === 1;
}
