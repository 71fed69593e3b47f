import type { About } from '../../domain/authority/directory.js';
import type { Db } from '../pool.js';
import { millis } from './cases.js';

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
