import { messageIdOf } from '../adapters/mail/compose.js';
import { type MailedNotice, type NoticeMailState, noteNoticeMail, noticeToMail } from '../db/notices.js';
import type { NoticeMailJob } from '../db/outbox.js';
import type { Db } from '../db/pool.js';
import type { Letterhead } from '../domain/documents/document.js';
import type { MailPort } from '../ports/mail.js';

export interface NoticeMailParts {
  readonly db: Db;
  readonly mail: MailPort;
  /** What a company's mail comes from; undefined: it has no letterhead. */
  readonly letterhead: (notice: MailedNotice) => Promise<Letterhead | undefined>;
  /** What the mail says, in the language of the person. */
  readonly words: (notice: MailedNotice) => Promise<{ readonly subject: string; readonly text: string }>;
}

/**
 * Mails notices to those who have an address, each once: from the first byte of a message on, the notice says that it is on its way, and a try that
 * finds it so sends nothing. What became of it stands with the notice. Throws a passing fault, without the words of the server, which may name the
 * address.
 */
export function createNoticeMailer(parts: NoticeMailParts): (job: NoticeMailJob, last: boolean) => Promise<void> {
  const { db, letterhead } = parts;
  return async (job, last) => {
    const notice = await noticeToMail(db, job);
    // whoever was sending it has died, and may have sent it
    if (notice?.state === 'handing-over') await noteNoticeMail(db, job, 'handing-over', { state: 'unknown' });
    if (notice?.state !== 'prepared') return;
    const to = notice.person.mail;
    const paper = await letterhead(notice);
    if (to === null || paper === undefined) return void (await noteNoticeMail(db, job, 'prepared', { state: 'refused' }));
    const { before, state, answer } = await tried(parts, job, notice, { to, paper });
    await noteNoticeMail(db, job, before, { state: state === 'prepared' && last ? 'refused' : state, answer });
    if (state === 'prepared') throw new Error('a notice could not be mailed yet');
  };
}

interface Tried {
  /** Where the notice stood when it ended: whether the message had begun. */
  readonly before: 'prepared' | 'handing-over';
  readonly state: NoticeMailState;
  readonly answer: string;
}

/** One try. `prepared`: a passing fault, nothing was accepted. */
async function tried(
  { db, mail, words }: NoticeMailParts,
  job: NoticeMailJob,
  notice: MailedNotice,
  { to, paper: { name, from } }: { readonly to: string; readonly paper: Letterhead },
): Promise<Tried> {
  const { locale, name: whom } = notice.person;
  const said = await words(notice);
  let before: Tried['before'] = 'prepared';
  const beforeMessage = async (): Promise<void> => {
    if (!(await noteNoticeMail(db, job, 'prepared', { state: 'handing-over' }))) throw new Error('another try has taken the mail over');
    before = 'handing-over';
  };
  try {
    const answer = await mail.send(
      {
        messageId: messageIdOf(`notice:${job.caseId}/${job.key}@${job.version}/${job.person}`, from.email),
        caseId: job.caseId,
        date: notice.at,
        from: { name: (from.name ?? name)[locale], email: from.email },
        to: { name: whom, email: to },
        ...said,
      },
      { signal: new AbortController().signal, beforeMessage },
    );
    return { before, state: answer.state === 'handed-over' && mail.route === 'outbox' ? 'kept' : answer.state, answer: answer.answer };
  } catch (cause) {
    return { before, state: 'prepared', answer: cause instanceof Error ? cause.message : String(cause) };
  }
}
