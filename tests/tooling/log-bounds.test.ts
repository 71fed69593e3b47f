import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { rotating } from '../../client/log.js';

const folder = mkdtempSync(join(tmpdir(), 'gendan-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** M1: a log that anybody can write to by asking must not fill the disk. */
it('when a log is written without end, then it makes way for a fresh one, and only some older ones are kept', async () => {
  const file = join(folder, 'gendan.log');
  const stream = rotating(file, { bytes: 10_000, older: 2 });
  for (let n = 0; n < 60; n++) {
    stream.write(`${'x'.repeat(999)}\n`);
    await sleep(5);
  }
  await sleep(200);
  const files = readdirSync(folder).toSorted();
  expect(files).toEqual(['gendan.log', 'gendan.log.1', 'gendan.log.2']);
  for (const name of files) expect(statSync(join(folder, name)).size, name).toBeLessThan(13_000);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
