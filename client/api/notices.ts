import * as z from 'zod';
import { announce } from '../../db/events.js';
import { type MailedNotice, markRead, type NoticeRef, noticeMailStates, noticesOf, type PersonNotice } from '../../db/notices.js';
import { namesOf } from '../../db/people.js';
import type { Db } from '../../db/pool.js';
import { type Json, objectOf, textOf } from '../../domain/json.js';
import { type FactContext, factsOf } from '../../domain/policy/facts.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { identify } from './http/auth.js';
import type { BookCache } from './http/cache.js';
import { cursorUnknown, flag, pageQuery } from './http/check.js';
import { type ApiContext, type Caller, namesFor } from './http/context.js';
import { type ApiApp, serve } from './http/endpoint.js';
import { iso, message, messageFor } from './http/message.js';
import { Problem } from './http/problem.js';
import type { Names } from './http/words.js';
import { fact, factContext } from './tasks/facts.js';

const notice = z
  .object({
    id: z.string(),
    notice: z.string().meta({ description: 'reminder, escalation, or a notice of the procedure.' }),
    caseId: z.string(),
    taskId: z.string().optional(),
    number: z.string(),
    title: z.string(),
    at: z.iso.datetime(),
    readAt: z.iso.datetime().nullable(),
    mail: z
      .object({ state: z.enum(noticeMailStates), stateName: z.string(), answer: z.string().nullable() })
      .nullable()
      .meta({ description: 'What became of the mail with it; null: it is not mailed.' }),
  })
  .extend(message.shape)
  .extend({ facts: z.array(fact).meta({ description: 'What a notice of a procedure says, in the reader’s words.' }) })
  .meta({ id: 'Notice' });

const noticeList = z
  .object({ items: z.array(notice), next: z.string().nullable(), unread: z.number().int().meta({ description: 'Of all your notices.' }) })
  .meta({ id: 'NoticeList' });

const readMarks = z
  .object({
    marked: z.number().int().meta({ description: 'How many were unread before.' }),
    unread: z.number().int().meta({ description: 'How many still are.' }),
  })
  .meta({ id: 'ReadMarks' });

const upTo = z
  .strictObject({ upTo: z.string().min(1).max(600).meta({ description: 'The latest notice that was seen.' }) })
  .meta({ id: 'ReadUpTo' });

const listQuery = z.strictObject({ unread: flag.optional().meta({ description: 'Only what is not read yet.' }), ...pageQuery });

/** What the reader was told: notices of procedures, reminders, escalations. */
export function noticeRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/notices',
      tag: 'People',
      summary: 'What you were told',
      description: 'Latest first.',
      query: listQuery,
      answer: { status: 200, description: 'A page of notices.', schema: noticeList },
    },
    async ({ c, query: { limit, after, unread = false } }) => {
      const caller = await identify(api, c);
      const { person } = caller;
      const page = await noticesOf(api.db, person.id, { limit, unread, cursor: after });
      if (page === undefined) throw cursorUnknown();
      const people = await namesOf(api.db, [...new Set(page.items.flatMap(({ content }) => peopleIn(content)))]);
      const items = await Promise.all(
        page.items.map(async (item) => {
          const names = { ...(await namesFor(api, item)), people };
          return noticeView(item, names, await factContext(api, caller, names));
        }),
      );
      return c.json({ items, next: page.next, unread: page.unread });
    },
  );
  readRoutes(app, api);
}

/** Read marks are the reader's own: the same again changes nothing, so they need no key. */
function readRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/notices/{noticeId}/read',
      tag: 'People',
      summary: 'Mark a notice as read',
      params: { noticeId: 'The notice id, URL-encoded into one segment.' },
      answer: { status: 200, description: 'It is read.', schema: readMarks },
    },
    async ({ c, param }) => c.json(await marked(api, await identify(api, c), param('noticeId'), false)),
  );
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/notices/read',
      tag: 'People',
      summary: 'Mark a notice and all before it as read',
      description: 'What came after it stays unread: nobody has read what they did not see.',
      body: upTo,
      answer: { status: 200, description: 'They are read.', schema: readMarks },
    },
    async ({ c, body }) => {
      const caller = await identify(api, c);
      return c.json(await marked(api, caller, (await body()).upTo, true));
    },
  );
}

async function marked(api: ApiContext, { person }: Caller, id: string, andBefore: boolean) {
  const ref = noticeRefOf(id);
  const marks = ref === undefined ? undefined : await markRead(api.db, person.id, ref, andBefore);
  if (marks === undefined) throw new Problem('NOTICE_UNKNOWN', { ...(andBefore ? { field: '/upTo' } : {}), values: { notice: id } });
  if (marks.marked > 0) announce(api.db, { person: person.id, unread: marks.unread });
  return marks;
}

/** The parts of a notice's id, `caseId/key@version`: the key may have slashes of its own. */
function noticeRefOf(id: string): NoticeRef | undefined {
  const { caseId = '', key = '', version = '' } = /^(?<caseId>[^/]+)\/(?<key>.+)@(?<version>\d{1,9})$/s.exec(id)?.groups ?? {};
  return caseId === '' ? undefined : { caseId, key, version: Number(version) };
}

function noticeView(item: PersonNotice, names: Names, wording: FactContext) {
  const { locale } = wording;
  const { caseId, key, version, number, title, at, readAt, mail } = item;
  const { task } = objectOf(item.content);
  return {
    id: `${caseId}/${key}@${version}`,
    notice: item.notice,
    caseId,
    ...(typeof task === 'string' ? { taskId: task } : {}),
    number,
    title,
    at: iso(at),
    readAt: readAt === null ? null : iso(readAt),
    mail: mail === null ? null : { ...mail, stateName: say(locale, `mail-state.${mail.state}`) },
    ...sentenceFor(item.notice, item.content, names, locale),
    facts: isOfProcedure(item.notice, names) ? factsOf(item.content, wording) : [],
  };
}

/** What the engine tells has a sentence of its own. */
const isOfProcedure = (notice: string, { book, procedure = '' }: Names): boolean =>
  Object.hasOwn(book?.procedures[procedure]?.notices ?? {}, notice);

/** The people that a notice speaks of. */
export function peopleIn(content: Json): readonly string[] {
  const { by, person } = objectOf(content);
  return [by, person].filter((id) => typeof id === 'string');
}

/** What a notice says, to its reader. */
export function sentenceFor(kind: string, given: Json, names: Names, locale: Locale) {
  const content = objectOf(given);
  if (kind.startsWith('note-')) {
    const { by = '', step = null, person = null, text = '' } = content;
    const values = { by, text, ...(step === null ? {} : { step }), ...(person === null ? {} : { person }) };
    return messageFor(locale, `timeline.note.${kind.slice('note-'.length)}`, kind.toUpperCase().replaceAll('-', '_'), values, names);
  }
  if (kind === 'mail-bounced') {
    const { address = '', reason = '' } = content;
    return messageFor(locale, 'notice.mail-bounced.told', 'MAIL_BOUNCED', { address, reason }, names);
  }
  if (kind !== 'reminder' && kind !== 'escalation') return messageFor(locale, 'notice.told', 'TOLD', { notice: kind }, names);
  const { kind: rung, step, clock, due = null, nth = 0, to = [] } = content;
  const of = step === undefined ? { clock: clock ?? null } : { step };
  return messageFor(
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
  { db, books }: { readonly db: Db; readonly books: BookCache },
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
