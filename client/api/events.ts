import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import * as z from 'zod';
import { authenticate } from '../../db/authentication.js';
import { changedSince } from '../../db/cases.js';
import { assertNever } from '../../domain/assert-never.js';
import { bearer, identify } from './http/auth.js';
import type { ApiContext, Caller, RequestContext } from './http/context.js';
import { type ApiApp, serve } from './http/endpoint.js';
import type { HubEvent } from './http/event-hub.js';
import { Problem } from './http/problem.js';
import { companiesOf } from './http/scope.js';

/** How often a quiet stream says that it is alive. */
const beatMs = 20_000;

/** How old what a stream knows of its reader may be, however busy it is: token and companies are read again before anything is told later than this. */
const trustedMs = 5_000;

/** Streams of one token at once: a reader has some windows, not hundreds. */
const mostStreams = 8;

/** What may have been committed late: events are told again from this long before the last one seen. Telling twice does no harm. */
const overlapMs = 60_000;

/** More changes than this are not told one by one. */
const mostMissed = 500;

/** A reader that takes nothing for this many events is cut off, and comes back with its last id. */
const mostQueued = 1_000;

/** Live events for lists and pages. */
export function eventsRoute(app: ApiApp, api: ApiContext): void {
  const open = new Map<string, number>();
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/events',
      tag: 'Events',
      summary: 'What changes in your companies, as server-sent events',
      description:
        'Events `case` {caseId, company, turn, kinds}: read again what shows this case. `notices` {unread}: you have read some, here or elsewhere. `reset`: events may have been missed, read again everything that is shown. Reconnect with Last-Event-ID to get what was missed.',
      answer: { status: 200, description: 'An endless stream.', type: 'text/event-stream', schema: z.string() },
    },
    async ({ c }) => {
      const caller = await identify(api, c);
      const { tokenId } = caller.person;
      if ((open.get(tokenId) ?? 0) >= mostStreams) throw new Problem('STREAMS_TOO_MANY', { values: { limit: mostStreams } });
      open.set(tokenId, (open.get(tokenId) ?? 0) + 1);
      c.header('cache-control', 'no-store');
      c.header('x-accel-buffering', 'no');
      return streamSSE(c, async (stream) => {
        try {
          await feed(api, c, caller, stream);
        } finally {
          const left = (open.get(tokenId) ?? 1) - 1;
          if (left === 0) open.delete(tokenId);
          else open.set(tokenId, left);
        }
      });
    },
  );
}

async function feed(api: ApiContext, c: RequestContext, { person }: Caller, stream: SSEStreamingApi): Promise<void> {
  let companies = companiesOf(person);
  let readAt = Date.now();
  /** Whether the reader may still be told anything. */
  const holds = async (): Promise<boolean> => {
    if (Date.now() - readAt < trustedMs) return true;
    const found = await authenticate(api.db, bearer(c));
    if (!found.ok) return false;
    readAt = Date.now();
    companies = companiesOf(found.person);
    return true;
  };
  const queue: HubEvent[] = [];
  let wake = (): void => undefined;
  let over = api.stopping();
  const end = (): void => {
    over = true;
    wake();
  };
  const unsubscribe = api.events.subscribe((event) => {
    if (event.kind === 'end' || queue.length > mostQueued) return end();
    if (event.kind === 'case' && !companies.includes(event.event.company)) return;
    if (event.kind === 'notices' && event.event.person !== person.id) return;
    queue.push(event);
    wake();
  });
  stream.onAbort(end);
  try {
    await stream.writeSSE({ event: 'hello', data: JSON.stringify({ person: person.id }), id: mark(), retry: 2_000 });
    await catchUp(api, c.req.header('last-event-id'), companies, stream);
    while (!over) {
      const events = queue.splice(0);
      if (events.length > 0 && !(await holds())) return;
      for (const event of events) if (event.kind !== 'case' || companies.includes(event.event.company)) await write(stream, event);
      const quiet = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), beatMs);
        timer.unref();
        wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
        if (over || queue.length > 0) wake();
      });
      if (!quiet || over) continue;
      if (!(await holds())) return;
      await stream.write(': alive\n\n');
    }
  } finally {
    unsubscribe();
  }
}

function write(stream: SSEStreamingApi, event: HubEvent): Promise<void> {
  switch (event.kind) {
    case 'case':
      return stream.writeSSE({ event: 'case', data: JSON.stringify(event.event), id: mark() });
    case 'notices':
      return stream.writeSSE({ event: 'notices', data: JSON.stringify({ unread: event.event.unread }), id: mark() });
    case 'reset':
      return stream.writeSSE({ event: 'reset', data: '{}', id: mark() });
    case 'end':
      return Promise.resolve();
    default:
      return assertNever(event);
  }
}

/** An event's id is its time: any process can go on from it. */
const mark = (): string => String(Date.now());

async function catchUp(api: ApiContext, last: string | undefined, companies: readonly string[], stream: SSEStreamingApi): Promise<void> {
  if (last === undefined || last.trim() === '') return;
  const since = Number(last);
  const missed =
    Number.isSafeInteger(since) && since > 0 && since < Date.now() + overlapMs
      ? await changedSince(api.db, companies, since - overlapMs, mostMissed + 1)
      : undefined;
  if (missed === undefined || missed.length > mostMissed) return stream.writeSSE({ event: 'reset', data: '{}', id: mark() });
  for (const change of missed) await write(stream, { kind: 'case', event: { ...change, kinds: [] } });
}
