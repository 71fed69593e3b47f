import type { MailedNotice } from '../../db/notice-mail.js';
import type { Db } from '../../db/pool.js';
import { namesOf } from '../../db/queries/people.js';
import { type Json, objectOf, textOf } from '../../domain/json.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import type { BookShelf } from './book-shelf.js';
import { tell } from './present.js';
import type { Names } from './words.js';

/** The people that a notice speaks of. */
export function peopleIn(content: Json): readonly string[] {
  const { by, person } = objectOf(content);
  return [by, person].filter((id) => typeof id === 'string');
}

/** What a notice says, to its reader. */
export function sentenceFor(kind: string, told: Json, names: Names, locale: Locale) {
  const content = objectOf(told);
  if (kind.startsWith('note-')) {
    const { by = '', step = null, person = null, text = '' } = content;
    const values = { by, text, ...(step === null ? {} : { step }), ...(person === null ? {} : { person }) };
    return tell(locale, `timeline.note.${kind.slice('note-'.length)}`, kind.toUpperCase().replaceAll('-', '_'), values, names);
  }
  if (kind === 'mail-bounced') {
    const { address = '', reason = '' } = content;
    return tell(locale, 'notice.mail-bounced.told', 'MAIL_BOUNCED', { address, reason }, names);
  }
  if (kind !== 'reminder' && kind !== 'escalation') return tell(locale, 'notice.told', 'TOLD', { notice: kind }, names);
  const { kind: rung, step, clock, due = null, nth = 0, to = [] } = content;
  const of = step === undefined ? { clock: clock ?? null } : { step };
  return tell(
    locale,
    `timeline.rung.${step === undefined ? 'clock.' : ''}${textOf(rung)}`,
    kind.toUpperCase(),
    { ...of, due, nth, to },
    names,
  );
}

/** The longest subject, in characters. */
const subjectLimit = 150;

/** What a notice says by mail, in the language of whom it is for. */
export async function mailWords(
  { db, books }: { readonly db: Db; readonly books: BookShelf },
  { company, procedure, edition, number, title, notice, content, person: { locale } }: MailedNotice,
): Promise<{ readonly subject: string; readonly text: string }> {
  const [of, people] = await Promise.all([books.of(edition), namesOf(db, peopleIn(content))]);
  const { sentence } = sentenceFor(notice, content, { book: of?.[company], procedure, people }, locale);
  const subject = say(locale, 'mail.notice.subject', { number, sentence }).replace(/\s+/g, ' ');
  return {
    subject: subject.length > subjectLimit ? `${subject.slice(0, subjectLimit - 1)}…` : subject,
    text: [sentence, say(locale, 'mail.notice.case', { number, title }), say(locale, 'mail.notice.closing')].join('\n\n'),
  };
}
