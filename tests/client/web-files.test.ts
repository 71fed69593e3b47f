import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApi, testApi } from './support/api.js';

let edge: TestApi;
beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build-web.mjs']);
  edge = await testApi();
});
afterAll(() => edge.close());

const get = (path: string, headers: Record<string, string> = {}) => edge.app.request(path, { headers });

describe('when a browser asks for anything that is not the API’s', () => {
  test.each(['/', '/inbox/mine', '/task/hehe%3Aorder-intake%3AHH-1%2Freview%231', '/index.html'])(
    'then %s is the page of the app',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('text/html');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  test('then the policy admits files of its own and what bears the nonce of this answer alone', async () => {
    const answers = await Promise.all([get('/'), get('/')]);
    const policies = answers.map(({ headers }) => headers.get('content-security-policy') ?? '');
    const nonces = policies.map((policy) => /'nonce-([^']+)'/.exec(policy)?.[1] ?? '');
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(policies[0]).not.toMatch(/unsafe|\*|https?:/);
    const page = (await answers[0]?.text()) ?? '';
    expect(page).toContain(nonces[0]);
    expect(page).not.toContain('gendan-nonce');
  });

  test('then files with the hash of what they hold are kept for ever, and come compressed', async () => {
    const page = await (await get('/')).text();
    const [script = ''] = /\/assets\/index-[\w-]+\.js/.exec(page) ?? [];
    const answer = await get(script, { 'accept-encoding': 'gzip, br' });
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect((await get(script)).headers.get('content-encoding')).toBeNull();
  });

  test.each(['/assets/gone-abcdefgh.js', '/api/v1/nowhere', '/api'])('then %s is not there, and says so', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test.each(['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/.vite/manifest.json'])(
    'then %s shows nothing of the disk',
    async (path) => {
      expect(await (await get(path)).text()).not.toMatch(/"dependencies"|"isEntry"/);
    },
  );
});

test('the first view is at most 400 kB over the wire', () => {
  const manifest = JSON.parse(readFileSync('dist/web/.vite/manifest.json', 'utf8')) as Record<string, Chunk>;
  const files = new Set<string>();
  const take = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const other of chunk.imports ?? []) take(other);
  };
  take('index.html');
  // And the texts of one language: the largest.
  const texts = readdirSync('dist/web/assets').filter((name) => /^web(-fields)?-/.test(name));
  const weigh = (name: string): number => gzipSync(readFileSync(`dist/web/${name}`), { level: 9 }).length;
  const bytes = [...files].reduce((sum, name) => sum + weigh(name), 0) + texts.reduce((sum, name) => sum + weigh(`assets/${name}`), 0);
  expect(bytes / 1_000).toBeLessThan(400);
});

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}
