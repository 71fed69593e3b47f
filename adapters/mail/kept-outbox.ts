import type { KeptMailStore, MailPort } from '../../ports/mail.js';
import { composeMail } from './compose.js';

/** Mail for companies without a mail server: kept, to be seen and sent by hand. */
export function createKeptOutbox(store: KeptMailStore): MailPort {
  return {
    route: 'outbox',
    async send(mail, handing) {
      const raw = await composeMail(mail);
      handing.signal.throwIfAborted();
      await handing.beforeMessage();
      const { messageId, caseId, subject, text, date } = mail;
      await store.keep({ messageId, caseId, from: mail.from.email, to: mail.to.email, subject, text, at: date }, raw);
      return { state: 'handed-over', answer: 'kept in the outbox' };
    },
    has: (messageId) => store.has(messageId),
  };
}
