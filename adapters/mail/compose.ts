import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingMail } from '../../ports/mail.js';

/** Writes a mail as the message that is sent. Equal mails give equal bytes. */
export async function composeMail(mail: OutgoingMail): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: mail.from.name, address: mail.from.email },
    to: { name: mail.to.name ?? '', address: mail.to.email },
    ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo }),
    ...(mail.follows === undefined ? {} : { inReplyTo: mail.follows, references: [mail.follows] }),
    subject: mail.subject,
    text: mail.text,
    messageId: mail.messageId,
    date: new Date(mail.date),
    ...(mail.attachment === undefined ? {} : { attachments: [attached(mail.attachment)] }),
    headers: { 'Auto-Submitted': 'auto-generated' },
    baseBoundary: createHash('sha256').update(mail.messageId).digest('hex').slice(0, 24),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

const attached = ({ name, type, bytes }: NonNullable<OutgoingMail['attachment']>) => ({
  filename: name,
  contentType: type,
  content: Buffer.from(bytes),
});

/** The message id of a mail: the same for the same key, so that mail programs show one mail even when a server delivers it twice. */
export function messageIdOf(key: string, from: string): string {
  const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
}
