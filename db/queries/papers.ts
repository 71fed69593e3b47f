import type { DocumentKind } from '../../domain/documents/document.js';
import type { ReplyContent } from '../../domain/documents/reply.js';
import type { Locale } from '../../domain/texts/texts.js';
import type { Db } from '../pool.js';
import { millis } from './cases.js';
import { cursorOf, momentText, partsOf } from './cursor.js';
import type { Page } from './tasks.js';

/** A printed document as lists show it: all but what it says. */
export interface PaperHead {
  readonly id: string;
  readonly kind: DocumentKind;
  readonly number: string;
  readonly language: Locale;
  readonly version: number;
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly createdAt: number;
  readonly hash: string;
  readonly reprints: number;
}

/** The printed documents of a case, oldest first. */
export async function listPapers(db: Db, caseId: string): Promise<readonly PaperHead[]> {
  const { rows } = await db.query<PaperHead>({
    name: 'gendan_papers',
    text: `select d.id, d.kind, d.number, d.language, d.version, d.replaces, d.hash, d.reprints, ${millis('d.created_at')} as "createdAt",
        (select r.id from document r where r.replaces = d.id order by r.created_at desc, r.n desc limit 1) as "replacedBy"
      from document d where d.case_id = $1 order by d.created_at, d.n`,
    values: [caseId],
  });
  return rows;
}

/**
 * What became of a mail, as people are told it. `kept`: not sent, since there is no mail server; to be sent by hand. `called-off`: it will not be sent any
 * more. `by-hand`: whether it was sent was unknown, and a person has seen to it.
 */
export const mailStates = [
  'prepared',
  'handing-over',
  'handed-over',
  'bounced',
  'kept',
  'refused',
  'unknown',
  'called-off',
  'by-hand',
] as const;
export type ShownMailState = (typeof mailStates)[number];

/** A mail as lists show it. */
export interface ListedMail {
  /** Its message id without the angle brackets. */
  readonly id: string;
  readonly caseId: string;
  readonly to: string;
  readonly subject: string;
  readonly state: ShownMailState;
  readonly route: string;
  readonly answer: string | null;
  readonly tries: number;
  readonly documentId: string;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** A mail with the content of its document, which its text is made from. */
export interface MailWithContent extends ListedMail {
  readonly content: ReplyContent;
}

/** An effect's mails have keys that begin with the case and the effect's own key. */
const byHandSql = `exists (select 1 from effect e where e.case_id = m.case_id and starts_with(m.key, m.case_id || '/' || e.key || '/') and e.state in ('done', 'undone'))`;
const bouncedSql = `exists (select from command b where b.verb = 'bounced' and b.key = m.message_id)`;
const stateSql = `case when ${bouncedSql} then 'bounced' when m.state = 'handed-over' and m.route = 'outbox' then 'kept' when m.state = 'prepared' and m.claim is null then 'called-off'
  when m.state = 'unknown' and ${byHandSql} then 'by-hand' else m.state end`;
const mailSql = `trim(both '<>' from m.message_id) as id, m.case_id as "caseId", m.told_to as "to", m.subject, ${stateSql} as state, m.route, m.answer, m.tries,
  m.document_id as "documentId", ${millis('m.created_at')} as "createdAt", ${millis('m.changed_at')} as "changedAt"`;

/** Mails of some companies, the latest first. Undefined: the page mark is none of this list. */
export async function listMails(
  db: Db,
  companies: readonly string[],
  asked: {
    readonly company?: string | undefined;
    readonly caseId?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<ListedMail> | undefined> {
  const parts = asked.cursor === undefined ? ['infinity', ''] : partsOf(asked.cursor, ['moment', 'text']);
  if (parts === undefined) return undefined;
  const { rows } = await db.query<ListedMail & { readonly mark: string; readonly key: string }>({
    name: 'gendan_mails',
    text: `select ${mailSql}, ${momentText('m.created_at')} as mark, m.key from mail m
      where split_part(m.case_id, ':', 1) = any($1) and (m.created_at < $2::timestamptz or (m.created_at = $2::timestamptz and m.key > $3))
        and ($5::text is null or split_part(m.case_id, ':', 1) = $5) and ($6::text is null or m.case_id = $6)
      order by m.created_at desc, m.key limit $4`,
    values: [companies, ...parts, asked.limit + 1, asked.company ?? null, asked.caseId ?? null],
  });
  const last = rows.length > asked.limit ? rows[asked.limit - 1] : undefined;
  return { items: rows.slice(0, asked.limit), next: last === undefined ? null : cursorOf([last.mark, last.key]) };
}

/** One mail. */
export async function readMail(db: Db, id: string): Promise<MailWithContent | undefined> {
  const { rows } = await db.query<MailWithContent>({
    name: 'gendan_mail',
    text: `select ${mailSql}, d.content from mail m join document d on d.id = m.document_id where m.message_id = $1`,
    values: [`<${id}>`],
  });
  return rows[0];
}
