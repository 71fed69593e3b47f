import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import { readJson } from './body.js';
import { canName } from './bounds.js';
import { checked, checkedQuery } from './check.js';
import type { RequestContext, RequestVariables } from './context.js';
import { Problem, problemSchema } from './problem.js';

export type ApiApp = OpenAPIHono<{ Variables: RequestVariables }>;

/** One route of the API: what its page in the documentation says, and by which schemas it is checked. */
export interface Endpoint<Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `{name}` for parameters, each one URL-encoded segment. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly body?: Body;
  /** Another type of body that it takes, read by the handler itself. */
  readonly orBody?: { readonly type: string; readonly description: string };
  /** Takes the header Idempotency-Key; `required`: is refused without it. */
  readonly key?: 'required' | 'optional';
  readonly answer: { readonly status: 200 | 201; readonly description: string; readonly schema: z.ZodType; readonly type?: string };
  /** Open to all, without a token. */
  readonly open?: true;
}

/** What a handler gets. The body is read when asked for, so that nobody without a token makes the server read one. */
export interface Asked<Query, Body> {
  readonly c: RequestContext;
  readonly query: Query;
  param(name: string): string;
  body(): Promise<Body>;
}

/** Adds a route: to the documentation, and to the server with its checks. */
export function serve<Query extends z.ZodType = z.ZodNever, Body extends z.ZodType = z.ZodNever>(
  app: ApiApp,
  endpoint: Endpoint<Query, Body>,
  handler: (asked: Asked<z.output<Query>, z.output<Body>>) => Promise<Response>,
): void {
  app.openAPIRegistry.registerPath(documented(endpoint));
  app.on(endpoint.method.toUpperCase(), routed(endpoint.path), async (c) => {
    // What names nothing is nothing, before any store is asked for it.
    if (!Object.values(c.req.param() as Readonly<Record<string, string>>).every(canName))
      throw new Problem('ROUTE_UNKNOWN', { values: { path: endpoint.path } });
    const query = (endpoint.query === undefined ? undefined : checkedQuery(endpoint.query, c.req.query())) as z.output<Query>;
    return handler({
      c,
      query,
      param: (name) => c.req.param(name) ?? '',
      body: async () => (endpoint.body === undefined ? undefined : checked(endpoint.body, await readJson(c))) as z.output<Body>,
    });
  });
}

/** A path as the router takes it; a parameter with an ending, such as `{id}.pdf`, is handed on with it. */
const routed = (path: string): string =>
  path.replaceAll(/\{(\w+)\}(\.\w+)?/g, (_all, name: string, ending?: string) =>
    ending === undefined ? `:${name}` : `:${name}{[^/]+\\${ending}}`,
  );

function documented<Query extends z.ZodType, Body extends z.ZodType>(endpoint: Endpoint<Query, Body>) {
  const { method, path, tag, summary, answer } = endpoint;
  const params = Object.entries(endpoint.params ?? {}).map(([name, description]) => [name, z.string().meta({ description })]);
  const headers = [
    z.object({
      'Accept-Language': z.string().optional().meta({ description: 'zh, en or id; the reader’s own language when absent.', example: 'zh' }),
    }),
    ...(endpoint.key === undefined ? [] : [z.object({ 'Idempotency-Key': keyParameter(endpoint.key) })]),
  ].reduce((all, one) => all.extend(one.shape));
  const type = answer.type ?? 'application/json';
  return createRoute({
    method,
    path,
    tags: [tag],
    summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    security: endpoint.open === true ? [] : [{ bearer: [] }],
    request: {
      headers,
      ...(params.length === 0 ? {} : { params: z.object(Object.fromEntries(params) as Record<string, z.ZodString>) }),
      ...(endpoint.query === undefined ? {} : { query: endpoint.query as unknown as z.ZodObject }),
      ...(endpoint.body === undefined ? {} : { body: { required: true, content: contentOf(endpoint.body, endpoint.orBody) } }),
    },
    responses: {
      [answer.status]: { description: answer.description, content: { [type]: { schema: answer.schema } } },
      default: {
        description: 'A problem; nothing was done unless it says so.',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  });
}

function contentOf(body: z.ZodType, other: Endpoint<z.ZodType, z.ZodType>['orBody']) {
  const json = { 'application/json': { schema: body } };
  return other === undefined ? json : { ...json, [other.type]: { schema: z.string().meta({ description: other.description }) } };
}

function keyParameter(need: 'required' | 'optional'): z.ZodType {
  const description = 'Names this decision, up to 200 visible characters. The same key again gives the same answer and does nothing twice.';
  const schema = z.string().min(1).max(200).meta({ description, example: '6f1c0a52-7c1e-4b8e-9a51-0d7f4a3c9d10' });
  return need === 'required' ? schema : schema.optional();
}
