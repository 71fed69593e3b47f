import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../client/api/app.js';
import type { ApiContext } from '../client/api/http/context.js';
import { type OpenApi, typesOf } from './lib/openapi-types.js';

/** Writes web/api/types.ts from the OpenAPI document (`--write`), or fails when it is not current. */
const file = join(fileURLToPath(new URL('..', import.meta.url)), 'web', 'api', 'types.ts');

/** To describe itself the API needs no store. */
const nowhere = { stopping: () => false, log: { isLevelEnabled: () => false } } as unknown as ApiContext;
const response = await createApp(nowhere, '0').request('/api/v1/openapi.json');
const text = typesOf((await response.json()) as OpenApi);

if (process.argv.includes('--write')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('web/api/types.ts: not current; allowed: what "npm run api-types -- --write" writes');
  process.exitCode = 1;
}
