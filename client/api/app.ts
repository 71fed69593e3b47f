import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { bookRoutes } from './books/books.js';
import { invoiceRoutes } from './books/invoices.js';
import { caseRoutes } from './cases/case.js';
import { caseCommandRoute, rehearsalRoute } from './cases/command.js';
import { deadlineRoutes } from './cases/deadlines.js';
import { promiseRoutes } from './cases/promises.js';
import { caseStartRoute } from './cases/start.js';
import { docsRoutes } from './docs.js';
import { bounceRoutes } from './documents/bounces.js';
import { paperRoutes } from './documents/mail.js';
import { eventsRoute } from './events.js';
import type { ApiContext, RequestContext, RequestVariables } from './http/context.js';
import { watchDoors } from './http/doors.js';
import { type ApiApp, serve } from './http/endpoint.js';
import { wantedLanguage } from './http/locale.js';
import { answerProblem, Problem } from './http/problem.js';
import { noticeRoutes } from './notices.js';
import { absenceRoutes } from './people/absences.js';
import { handOverRoute } from './people/hand-over.js';
import { peopleRoutes } from './people/people.js';
import { sessionRoutes } from './people/session.js';
import { radarRoutes } from './radar.js';
import { taskBatchRoute, taskCommandRoute } from './tasks/command.js';
import { draftRoutes } from './tasks/drafts.js';
import { taskRoutes } from './tasks/list.js';
import { webRoutes } from './web.js';

export const health = z
  .object({ status: z.enum(['ok', 'unavailable']), database: z.boolean(), temporal: z.boolean() })
  .meta({ id: 'Health' });

/** On every answer; a route that shows a page says what its page may load. There is no CORS: pages of other origins read nothing. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The API as a function of requests: no port, no process. */
export function createApp(api: ApiContext, version: string): ApiApp {
  const app: ApiApp = new OpenAPIHono<{ Variables: RequestVariables }>();
  const watch = watchDoors(api);
  app.use(async (c, next) => {
    const begun = performance.now();
    c.set('reference', randomBytes(6).toString('hex'));
    c.set('wanted', wantedLanguage(c.req.header('accept-language')));
    for (const [name, value] of Object.entries(securityHeaders)) c.header(name, value);
    if (api.stopping()) throw new Problem('SHUTTING_DOWN');
    await next();
    watch(c);
    if (api.log.isLevelEnabled('debug')) logRequest(api, c, performance.now() - begun);
  });
  app.onError((error, c) =>
    answerProblem(error, c, (reference, cause) =>
      api.log.error({ reference, method: c.req.method, route: routeOf(c), error: plain(cause) }, 'unexpected error'),
    ),
  );
  app.notFound((c) => {
    throw unknownRoute(app, c);
  });
  healthRoute(app, api);
  sessionRoutes(app, api);
  peopleRoutes(app, api);
  absenceRoutes(app, api);
  taskRoutes(app, api);
  taskBatchRoute(app, api);
  taskCommandRoute(app, api);
  draftRoutes(app, api);
  handOverRoute(app, api);
  caseStartRoute(app, api);
  caseRoutes(app, api);
  caseCommandRoute(app, api);
  deadlineRoutes(app, api);
  noticeRoutes(app, api);
  rehearsalRoute(app, api);
  paperRoutes(app, api);
  bounceRoutes(app, api);
  radarRoutes(app, api);
  bookRoutes(app, api);
  invoiceRoutes(app, api);
  promiseRoutes(app, api);
  eventsRoute(app, api);
  docsRoutes(app, version);
  webRoutes(app);
  return app;
}

function healthRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/healthz',
      tag: 'About',
      summary: 'Whether both stores answer',
      open: true,
      answer: { status: 200, description: 'Both answer; 503 when one does not.', schema: health },
    },
    async ({ c }) => {
      const [database, temporal] = await Promise.all([
        api.db.query('select 1').then(
          () => true,
          () => false,
        ),
        api.temporalAnswers(),
      ]);
      const well = database && temporal;
      return c.json({ status: well ? 'ok' : 'unavailable', database, temporal }, well ? 200 : 503);
    },
  );
}

/** Ids are in paths, so the log has the route's pattern in their place; no body, header or query is logged. */
function logRequest(api: ApiContext, c: RequestContext, ms: number): void {
  const { method } = c.req;
  api.log.debug(
    { reference: c.get('reference'), method, route: routeOf(c), status: c.res.status, ms: Math.round(ms * 10) / 10 },
    'request',
  );
}

function routeOf(c: RequestContext): string {
  return c.req.routePath;
}

/** What the log has of an error: no query parameters, no request. */
function plain(error: unknown): object {
  if (!(error instanceof Error)) return { thrown: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, message: error.message, ...code, stack: error.stack };
}

function unknownRoute(app: ApiApp, c: RequestContext): Problem {
  const { path, method } = c.req;
  const elsewhere = ['GET', 'POST', 'PUT', 'DELETE'].some(
    (other) => other !== method && app.router.match(other, path)[0].some(([[, route]]) => route.path !== '/*' && route.path !== '*'),
  );
  return elsewhere ? new Problem('METHOD_NOT_ALLOWED', { values: { method, path } }) : new Problem('ROUTE_UNKNOWN', { values: { path } });
}
