import type { KeptMail, KeptMailStore, MailLog, MailRecord, MailState } from '../ports/mail.js';
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
