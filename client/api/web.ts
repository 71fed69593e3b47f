import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { packageRoot } from '../install.js';
import type { RequestContext } from './http/context.js';
import type { ApiApp } from './http/endpoint.js';
import { Problem } from './http/problem.js';

/** What the build leaves in place of the nonce of an answer. */
const nonceMark = 'gendan-nonce';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
};

/** The page's own files only. Components set styles at run time, under the nonce of the answer. */
const policyFor = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The web app, where it has been built: its files, and its page for every address that is not the API's. */
export function webRoutes(app: ApiApp): void {
  const folder = join(packageRoot(), 'dist', 'web');
  if (!existsSync(join(folder, 'index.html'))) return;
  const files = new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => `/${name.replaceAll('\\', '/')}`)
      .filter((name) => !name.startsWith('/.')),
  );
  const kept = new Map<string, Promise<Packed>>();
  const packed = (name: string): Promise<Packed> => {
    const found = kept.get(name) ?? pack(join(folder, name));
    kept.set(name, found);
    return found;
  };
  app.get('*', async (c) => {
    const { path } = c.req;
    if (/^\/(api|healthz)(\/|$)/.test(path)) throw new Problem('ROUTE_UNKNOWN', { values: { path } });
    const type = types[extname(path)];
    if (files.has(path) && type !== undefined && path !== '/index.html') {
      // A name under assets/ carries the hash of what it holds.
      const lasting = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600';
      return send(c, await packed(path), { 'content-type': type, 'cache-control': lasting });
    }
    if (path.startsWith('/assets/')) throw new Problem('ROUTE_UNKNOWN', { values: { path } });
    const nonce = randomBytes(16).toString('base64');
    const page = (await packed('/index.html')).plain.toString('utf8').replaceAll(nonceMark, nonce);
    return c.body(page, 200, { 'content-type': types['.html'] ?? '', 'content-security-policy': policyFor(nonce) });
  });
}

/** A file as it is, and as browsers take it. */
interface Packed {
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

async function pack(file: string): Promise<Packed> {
  const plain = await readFile(file);
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    promisify(gzip)(plain, { level: 9 }),
  ]);
  return { plain, br, gzip: zipped };
}

function send(c: RequestContext, file: Packed, headers: Record<string, string>): Response {
  const accepted = c.req.header('accept-encoding') ?? '';
  const coding = (['br', 'gzip'] as const).find((one) => new RegExp(`\\b${one}\\b`).test(accepted));
  const encoded: Record<string, string> = coding === undefined ? {} : { 'content-encoding': coding };
  return c.body(new Uint8Array(file[coding ?? 'plain']), 200, { ...headers, ...encoded, vary: 'accept-encoding' });
}
