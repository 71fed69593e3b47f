import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey } from '../../../sealing/keys.js';
import { Processes } from '../../support/processes.js';

/** M6: the keys of an installation, as those meet them who start and look after it. */
let processes: Processes;
const elsewhere = mkdtempSync(join(tmpdir(), 'gendan-other-'));
beforeAll(async () => {
  processes = await Processes.prepare();
  await processes.start(['worker'], /edition/);
});
afterAll(async () => {
  await processes.close();
  rmSync(elsewhere, { recursive: true });
});

/** Runs `gendan …` to its end. */
async function run(argv: readonly string[], changes: NodeJS.ProcessEnv): Promise<{ readonly code: number; readonly said: string }> {
  const env = { ...processes.environment, ...changes };
  return promisify(execFile)(process.execPath, ['scripts/gendan.mjs', ...argv], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (cause: unknown) => {
      const { code, stdout, stderr } = cause as { readonly code: number; readonly stdout: string; readonly stderr: string };
      return { code, said: stdout + stderr };
    },
  );
}

it('when a process starts first, then it makes the key, which only its owner can read and no log has', () => {
  const file = join(processes.home, 'seal-keys');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim()).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

it.each([
  ['zh', '加封'],
  ['en', 'sealed with a key that is not in'],
  ['id', 'disegel dengan kunci'],
])('when another one starts without that key, then it says in %s what is missing, and does not run', async (lang, words) => {
  for (const changes of [{ GENDAN_HOME: elsewhere }, { GENDAN_SEAL_KEYS: newKey() }])
    for (const argv of [['api', '--port', '0'], ['worker']]) {
      const { code, said } = await run([...argv, '--lang', lang], changes);
      expect(code, said).not.toBe(0);
      expect(said).toContain(words);
      expect(said).not.toMatch(/[A-Za-z0-9_-]{43}/);
    }
});

it('when the setting is no key, then it says so, and does not repeat it', async () => {
  const { code, said } = await run(['worker'], { GENDAN_SEAL_KEYS: 'my-secret-password' });
  expect(code).not.toBe(0);
  expect(said).toContain('GENDAN_SEAL_KEYS');
  expect(said).not.toContain('my-secret');
});

it('when keys are looked at and rotated, then only ids are shown, and the next process seals with the new one', async () => {
  const before = JSON.parse((await run(['keys', '--json'], {})).said) as { readonly seals: string };
  const after = JSON.parse((await run(['keys', 'rotate', '--json'], {})).said) as {
    readonly seals: string;
    readonly opens: readonly string[];
  };
  expect(after.opens).toEqual([before.seals]);
  await processes.start(['api', '--port', '0'], /at (http:\/\/\S+?),/);
  const known = await processes.keyIds();
  expect(known).toEqual([before.seals, after.seals]);
});
