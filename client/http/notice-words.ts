import type { MailedNotice } from '../../db/notice-mail.js';
import type { Db } from '../../db/pool.js';
import { namesOf } from '../../db/queries/people.js';
import type { JsonObject } from '../../domain/case/json.js';
import { say } from '../../domain/texts/texts.js';
import type { BookShelf } from './book-shelf.js';
import { peopleIn, sentenceFor } from './notice-routes.js';

/** The longest subject, in characters. */
const subjectLimit = 150;

/** What a notice says by mail, in the language of whom it is for. */
export async function mailWords(
  { db, books }: { readonly db: Db; readonly books: BookShelf },
  { company, procedure, edition, number, title, notice, content, person: { locale } }: MailedNotice,
): Promise<{ readonly subject: string; readonly text: string }> {
  const [of, people] = await Promise.all([books.of(edition), namesOf(db, peopleIn(content))]);
  const values = typeof content === 'object' && content !== null && !Array.isArray(content) ? (content as JsonObject) : {};
  const { sentence } = sentenceFor(notice, values, { book: of?.[company], procedure, people }, locale);
  const subject = say(locale, 'mail.notice.subject', { number, sentence }).replace(/\s+/g, ' ');
  return {
    subject: subject.length > subjectLimit ? `${subject.slice(0, subjectLimit - 1)}…` : subject,
    text: [sentence, say(locale, 'mail.notice.case', { number, title }), say(locale, 'mail.notice.closing')].join('\n\n'),
  };
}
