import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase, testTemporalAddress } from '../support/servers.js';
import { ownNamespace } from '../support/temporal.js';

/** The commands of README's walk-through, as printed. */
const commands = readFileSync('README.md', 'utf8')
  .split('\n')
  .flatMap((line) => (/^ {4}npx gendan (?:case|act|batch|tasks|practice|radar)/.test(line) ? [line.trim()] : []));

let database: TestDatabase;
let environment: NodeJS.ProcessEnv;
let product: ChildProcess;
let home: string;

beforeAll(async () => {
  database = await createTestDatabase();
  home = mkdtempSync(join(tmpdir(), 'gendan-readme-'));
  const connection = await Connection.connect({ address: testTemporalAddress() });
  const namespace = await ownNamespace(connection);
  await connection.close();
  environment = {
    ...process.env,
    GENDAN_HOME: home,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: testTemporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    LANG: 'en_US.UTF-8',
  };
  product = spawn(process.execPath, ['scripts/gendan.mjs', 'start', '--practice', '--port', '0'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let output = '';
    product.stdout?.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('Ctrl-C')) resolve();
    });
    product.stderr?.on('data', (chunk) => (output += String(chunk)));
    product.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}, 300_000);

afterAll(async () => {
  const ended = new Promise((resolve) => product.once('exit', resolve));
  product.kill('SIGINT');
  await ended;
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

async function type(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-c', command.replace(/^npx gendan/, `"${process.execPath}" scripts/gendan.mjs`)], {
    env: environment,
  });
  return stdout;
}

it('when its commands are typed as printed, then the order goes from receipt to reply and a late one is on the radar', async () => {
  expect(commands.length).toBeGreaterThan(15);
  const outputs = new Map<string, string>();
  for (const command of commands) outputs.set(command, await type(command));
  // The mail to the customer goes out after the command has been answered.
  const show = 'npx gendan case show HH-1001 --as li-mei';
  for (let attempt = 0; attempt < 20 && outputs.get(show)?.includes('Closed') !== true; attempt++) outputs.set(show, await type(show));
  const shown = outputs.get(show) ?? '';
  expect(shown).toContain('Closed');
  expect(shown).toMatch(/2\s+2027-12-15\s+v2/);
  expect(shown).toMatch(/1\s+2027-12-17\s+v2/);
  expect(shown).not.toMatch(/3\s+2027-12-10\s+v2/);
  expect(shown).toContain('order-reply@2');
  expect(outputs.get('npx gendan radar --as li-mei')).toContain('HH-1002');
}, 600_000);
