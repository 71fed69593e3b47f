import type { About } from '../domain/authority/directory.js';
import type { ReplyContent } from '../domain/documents/reply.js';
import type { KeptMail, KeptMailStore, MailLog, MailRecord, MailState } from '../ports/mail.js';
import { cursorOf, millis, momentText, type Page, partsOf } from './paging.js';
import type { Db } from './pool.js';

interface MailRow {
  readonly key: string;
  readonly case_id: string;
  readonly document_id: string;
  readonly message_id: string;
  readonly route: string;
  readonly told_to: string;
  readonly subject: string;
  readonly state: MailState;
  readonly tries: number;
  readonly answer: string | null;
  readonly changed_at: Date;
  readonly handing_ms: number;
  readonly settled_by: string | null;
}

const columns = `key, case_id, document_id, message_id, route, told_to, subject, state, tries, answer, changed_at, settled_by,
  case when state = 'handing-over' then (extract(epoch from clock_timestamp() - changed_at) * 1000)::double precision else 0 end as handing_ms`;

/** The longest answer of a server that is kept, in characters. */
const answerLimit = 2_000;

/** The log of mails in SQL. */
export function createMailLog(db: Db): MailLog {
  const changed = async (sql: string, values: readonly (string | null)[]) => (await db.query(sql, [...values])).rowCount === 1;
  return {
    async find(key) {
      return (await mails(db, 'key = $1', key))[0];
    },
    async mayHaveBeenSent(documentId) {
      const { rowCount } = await db.query(
        "select 1 from mail where document_id = $1 and state in ('handing-over', 'handed-over', 'unknown') limit 1",
        [documentId],
      );
      return (rowCount ?? 0) > 0;
    },
    async prepare(mail, claim) {
      await db.query(
        `insert into mail (key, case_id, document_id, message_id, route, told_to, subject, state, claim) values ($1, $2, $3, $4, $5, $6, $7, 'prepared', $8)
          on conflict (key) do update set claim = excluded.claim, route = excluded.route, state = 'prepared', tries = mail.tries + 1, changed_at = clock_timestamp()
          where mail.state in ('prepared', 'refused')`,
        [mail.key, mail.caseId, mail.documentId, mail.messageId, mail.route, mail.to, mail.subject, claim],
      );
      const [kept] = await mails(db, 'key = $1', mail.key);
      if (kept === undefined) throw new Error(`mail ${mail.key} was not written down`);
      return kept;
    },
    letGo: (key) => changed("update mail set claim = null where key = $1 and state = 'prepared'", [key]),
    beginHandingOver: (key, claim) =>
      changed(
        "update mail set state = 'handing-over', changed_at = clock_timestamp() where key = $1 and claim = $2 and state = 'prepared'",
        [key, claim],
      ),
    async end(key, claim, { state, answer }) {
      await changed(
        "update mail set state = $3, answer = $4, changed_at = clock_timestamp() where key = $1 and claim = $2 and state in ('prepared', 'handing-over')",
        [key, claim, state, answer.slice(0, answerLimit)],
      );
    },
    async endAbandoned(key, { state, answer }) {
      await changed(
        "update mail set state = $2, answer = $3, claim = null, changed_at = clock_timestamp() where key = $1 and state = 'handing-over'",
        [key, state, answer.slice(0, answerLimit)],
      );
    },
    settle: (key, { sent, by }) =>
      changed(
        "update mail set state = $2, settled_by = $3, claim = null, changed_at = clock_timestamp() where key = $1 and state = 'unknown'",
        [key, sent ? 'handed-over' : 'prepared', by],
      ),
  };
}

/** All mails of a case, the newest first. */
export function mailsOfCase(db: Db, caseId: string): Promise<readonly MailRecord[]> {
  return mails(db, 'case_id = $1 order by created_at desc, key', caseId);
}

/** The kept outbox in SQL. */
export function createKeptMailStore(db: Db): KeptMailStore {
  return {
    async keep(mail, raw) {
      await db.query(
        `insert into kept_mail (message_id, case_id, sender, told_to, subject, body, raw, at) values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::double precision / 1000))
          on conflict do nothing`,
        [mail.messageId, mail.caseId, mail.from, mail.to, mail.subject, mail.text, Buffer.from(raw), mail.at],
      );
    },
    async has(messageId) {
      const { rowCount } = await db.query('select 1 from kept_mail where message_id = $1', [messageId]);
      return rowCount === 1;
    },
  };
}

interface KeptMailRow {
  readonly message_id: string;
  readonly case_id: string;
  readonly sender: string;
  readonly told_to: string;
  readonly subject: string;
  readonly body: string;
  readonly at: Date;
}

/** Kept mails of a company, the newest first; `before` is the last one of the page before. */
export async function keptMails(
  db: Db,
  { company, limit, before }: { readonly company: string; readonly limit: number; readonly before?: Pick<KeptMail, 'at' | 'messageId'> },
): Promise<readonly KeptMail[]> {
  const { rows } = await db.query<KeptMailRow>(
    `select message_id, case_id, sender, told_to, subject, body, at from kept_mail where split_part(case_id, ':', 1) = $1
      and ($3::double precision is null or (at, message_id) < (to_timestamp($3 / 1000), $4)) order by at desc, message_id desc limit $2`,
    [company, limit, before?.at ?? null, before?.messageId ?? null],
  );
  return rows.map((row) => ({
    messageId: row.message_id,
    caseId: row.case_id,
    from: row.sender,
    to: row.told_to,
    subject: row.subject,
    text: row.body,
    at: row.at.getTime(),
  }));
}

/** The whole message of a kept mail, as a mail program opens it. */
export async function keptMessage(db: Db, messageId: string): Promise<Uint8Array | undefined> {
  const { rows } = await db.query<{ raw: Buffer }>('select raw from kept_mail where message_id = $1', [messageId]);
  return rows[0]?.raw;
}

/** `where` is always one of the texts above, never made from values. */
async function mails(db: Db, where: string, value: string): Promise<readonly MailRecord[]> {
  const { rows } = await db.query<MailRow>(`select ${columns} from mail where ${where}`, [value]);
  return rows.map((row) => ({
    key: row.key,
    caseId: row.case_id,
    documentId: row.document_id,
    messageId: row.message_id,
    route: row.route,
    to: row.told_to,
    subject: row.subject,
    state: row.state,
    ...(row.answer === null ? {} : { answer: row.answer }),
    tries: row.tries,
    handingForMs: row.handing_ms,
    changedAt: row.changed_at.getTime(),
    ...(row.settled_by === null ? {} : { settledBy: row.settled_by }),
  }));
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

/** A mail that was handed over, as a report of its coming back finds it. */
export interface SentMail {
  /** With its angle brackets. */
  readonly messageId: string;
  /** The idempotency key it was sent under. */
  readonly attempt: string;
  readonly to: string;
  readonly caseId: string;
  readonly company: string;
  readonly procedure: string;
  readonly edition: string;
  readonly about: About;
}

/** The mail of a message id; undefined: none of ours. */
export async function sentMail(db: Db, messageId: string): Promise<SentMail | undefined> {
  const { rows } = await db.query<SentMail>({
    name: 'gendan_sent_mail',
    text: `select m.message_id as "messageId", m.key as attempt, m.told_to as "to", k.id as "caseId", k.company, k.procedure, k.edition, gendan_about(k) as about
      from mail m join kase k on k.id = m.case_id where m.message_id = $1`,
    values: [messageId],
  });
  return rows[0];
}

/** What has become of a report. `task`: it is somebody's. `filed`: another mail had followed. `after-close`: the case had ended. */
export interface ReportedBounce {
  readonly state: 'task' | 'filed' | 'after-close' | 'pending';
  readonly taskId: string | null;
  readonly reason: string;
  readonly settled: { readonly by: string; readonly note: string; readonly at: number } | null;
}

/** The report that a mail came back; undefined: there is none. The same for ever once it was taken, but for its being seen to. */
export async function reportedBounce(db: Db, messageId: string): Promise<ReportedBounce | undefined> {
  const { rows } = await db.query<ReportedBounce>({
    name: 'gendan_reported_bounce',
    text: `select case when c.status = 'pending' then 'pending' when c.status = 'refused' then 'after-close' when b.shown then 'task' else 'filed' end as state,
        b.task as "taskId", c.body->>'reason' as reason,
        case when s.message_id is not null then json_build_object('by', s.by, 'note', s.note, 'at', ${millis('s.at')}) end as settled
      from command c left join bounce_settled s on s.message_id = c.key
        left join lateral (select l.row->'effect' is not null as shown, (select t.row #>> '{task,id}' from ledger t where t.case_id = l.case_id and t.turn = l.turn
              and t.type in ('opened', 'reopened', 'revised') and t.row #>> '{task,step}' in ('bounced', 'repair') limit 1) as task
            from ledger l where c.status = 'done' and l.case_id = c.case_id and l.turn = (c.answer->>'turn')::integer and l.type = 'bounced' and l.row #>> '{body,attempt}' = c.body->>'attempt') b on true
      where c.verb = 'bounced' and c.key = $1`,
    values: [messageId],
  });
  return rows[0];
}

/** Somebody has seen to a mail that came back after its case had ended. The first word stands. */
export async function settleBounce(db: Db, messageId: string, by: string, note: string): Promise<void> {
  await db.query({
    name: 'gendan_settle_bounce',
    text: 'insert into bounce_settled (message_id, by, note) values ($1, $2, $3) on conflict do nothing',
    values: [messageId, by, note],
  });
}
