import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { type ApiApp, serve } from './http/endpoint.js';
import { Problem } from './http/problem.js';

/** Where the browsable documentation is. */
export const docsPath = '/api/docs';

const openApiPath = '/api/v1/openapi.json';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gendan 跟单 API</title>
<link rel="stylesheet" href="${docsPath}/swagger-ui.css">
<link rel="icon" href="${docsPath}/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="${docsPath}/swagger-ui-bundle.js"></script>
<script src="${docsPath}/begin.js"></script>
</body>
</html>
`;

const begin = `SwaggerUIBundle({ url: '${openApiPath}', dom_id: '#docs', deepLinking: true, persistAuthorization: false, validatorUrl: null });\n`;

/** The page's own files only; Swagger's styles are set on elements, which is all that is allowed beside them. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The OpenAPI document, and a page to browse it and try it out, without any other server. */
export function docsRoutes(app: ApiApp, version: string): void {
  let document: unknown;
  serve(
    app,
    {
      method: 'get',
      path: openApiPath,
      tag: 'About',
      summary: 'This description, OpenAPI 3.1',
      open: true,
      answer: { status: 200, description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) },
    },
    async ({ c }) => c.json((document ??= describe(app, version)) as object),
  );
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const withPolicy = (type: string): Record<string, string> => ({
    'content-type': type,
    'content-security-policy': policy,
    'cache-control': 'public, max-age=3600',
  });
  app.get(docsPath, (c) => c.body(page, 200, withPolicy('text/html; charset=utf-8')));
  app.get(`${docsPath}/`, (c) => c.redirect(docsPath));
  app.get(`${docsPath}/begin.js`, (c) => c.body(begin, 200, withPolicy('text/javascript; charset=utf-8')));
  app.get(`${docsPath}/:file`, async (c) => {
    const name = c.req.param('file');
    const type = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (type === undefined) throw new Problem('ROUTE_UNKNOWN', { values: { path: c.req.path } });
    return c.body(new Uint8Array(await readFile(join(folder, name))), 200, withPolicy(type));
  });
}

function describe(app: ApiApp, version: string): object {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of a person or a machine. The actor of every command is the token’s person, never something in the body.',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Gendan 跟单',
      version,
      description:
        'Order procedures of manufacturers, running. Errors are RFC 9457 problems with `code`, `message` (zh, en or id by Accept-Language) and `field`. Moments are UTC. Money is in minor units.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
  });
}
