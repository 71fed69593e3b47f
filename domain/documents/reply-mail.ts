import { say } from '../texts/texts.js';
import { formatDate } from './dates.js';
import { formatInteger } from './money.js';
import type { ReplyContent } from './reply.js';

/** The words of the mail that a written reply travels with, in the reply's language. */
export function replyMail(content: ReplyContent): { readonly subject: string; readonly text: string; readonly fileName: string } {
  const { language, number, customerPo: po, corrects, attention, company } = content;
  const count = content.lines.length;
  const greeting = attention === undefined ? say(language, 'print.greeting-unnamed') : say(language, 'print.greeting', { name: attention });
  const body =
    count === 1
      ? say(language, 'mail.order-reply.body-one', { number, po })
      : say(language, 'mail.order-reply.body', { number, po, count: formatInteger(count, language) });
  const replaces =
    corrects === undefined
      ? []
      : [say(language, 'mail.order-reply.replaces', { number: corrects.number, date: formatDate(corrects.date, language, 'long') })];
  const signature = [...(content.signedBy === undefined ? [] : [content.signedBy]), company.name, ...company.words];
  return {
    subject: oneLine(
      say(language, corrects === undefined ? 'mail.order-reply.subject' : 'mail.order-reply.subject-corrected', { number, po }),
    ),
    text: [
      greeting,
      [body, ...replaces].join('\n'),
      ...(content.message === undefined ? [] : [content.message]),
      say(language, 'print.closing'),
      [say(language, 'print.regards'), ...signature].join('\n'),
    ].join('\n\n'),
    fileName: `${say(language, 'print.order-reply')} ${number}.pdf`,
  };
}

/** A header is one line. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
