import * as z from 'zod';
import { announce } from '../../db/events.js';
import { markRead, type NoticePlace, noticeMailStates, noticesOf, type PersonNotice } from '../../db/queries/notices.js';
import { namesOf } from '../../db/queries/people.js';
import { objectOf } from '../../domain/json.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { identify } from './auth.js';
import { type Caller, type Edge, namesFor } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { peopleIn, sentenceFor } from './notice-words.js';
import { iso } from './present.js';
import { Problem } from './problem.js';
import { told } from './schemas.js';
import { flag, pageQuery } from './task-routes.js';
import type { Names } from './words.js';

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
  .extend(told.shape)
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
export function noticeRoutes(app: EdgeApp, edge: Edge): void {
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
      const { person, locale } = await identify(edge, c);
      const page = await noticesOf(edge.db, person.id, { limit, unread, cursor: after });
      if (page === undefined) throw new Problem('QUERY_INVALID', { field: 'after', values: { field: 'after', rule: 'cursor' } });
      const people = await namesOf(edge.db, [...new Set(page.items.flatMap(({ content }) => peopleIn(content)))]);
      const items = await Promise.all(
        page.items.map(async (item) => noticeView(item, { ...(await namesFor(edge, item)), people }, locale)),
      );
      return c.json({ items, next: page.next, unread: page.unread });
    },
  );
  readRoutes(app, edge);
}

/** Read marks are the reader's own: the same again changes nothing, so they need no key. */
function readRoutes(app: EdgeApp, edge: Edge): void {
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
    async ({ c, param }) => c.json(await marked(edge, await identify(edge, c), param('noticeId'), false)),
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
      const caller = await identify(edge, c);
      return c.json(await marked(edge, caller, (await body()).upTo, true));
    },
  );
}

async function marked(edge: Edge, { person }: Caller, id: string, andBefore: boolean) {
  const place = placeOf(id);
  const marks = place === undefined ? undefined : await markRead(edge.db, person.id, place, andBefore);
  if (marks === undefined) throw new Problem('NOTICE_UNKNOWN', { ...(andBefore ? { field: '/upTo' } : {}), values: { notice: id } });
  if (marks.marked > 0) announce(edge.db, { person: person.id, unread: marks.unread });
  return marks;
}

/** The parts of a notice's id, `caseId/key@version`: the key may have slashes of its own. */
function placeOf(id: string): NoticePlace | undefined {
  const { caseId = '', key = '', version = '' } = /^(?<caseId>[^/]+)\/(?<key>.+)@(?<version>\d{1,9})$/s.exec(id)?.groups ?? {};
  return caseId === '' ? undefined : { caseId, key, version: Number(version) };
}

function noticeView(item: PersonNotice, names: Names, locale: Locale) {
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
  };
}
