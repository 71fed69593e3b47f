import type { Json } from '../domain/json.js';
import type { Locale } from '../domain/texts/texts.js';
import type { NoticeMailJob } from './outbox.js';
import type { Db } from './pool.js';
import type { NoticeMailState } from './queries/notices.js';

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
