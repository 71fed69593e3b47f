import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

/** The commands of README's walk-through, as printed. */
const commands = readFileSync('README.md', 'utf8')
  .split('\n')
  .flatMap((line) => (/^ {4}npx gendan (?:case|act|batch|tasks|practice|radar)/.test(line) ? [line.trim()] : []));

let processes: Processes;
beforeAll(async () => {
  processes = await Processes.prepare();
  await processes.start(['start', '--practice', '--port', '0'], /Ctrl-C/);
}, 300_000);
afterAll(() => processes.close());

it('when its commands are typed as printed, then the order goes from receipt to reply and a late one is on the radar', async () => {
  expect(commands.length).toBeGreaterThan(15);
  const outputs = new Map<string, string>();
  for (const command of commands) outputs.set(command, await processes.type(command));
  // The mail to the customer goes out after the command has been answered.
  const show = 'npx gendan case show HH-1001 --as li-mei';
  for (let attempt = 0; attempt < 20 && outputs.get(show)?.includes('Closed') !== true; attempt++)
    outputs.set(show, await processes.type(show));
  const shown = outputs.get(show) ?? '';
  expect(shown).toContain('Closed');
  expect(shown).toMatch(/2\s+2027-12-15\s+v2/);
  expect(shown).toMatch(/1\s+2027-12-17\s+v2/);
  expect(shown).not.toMatch(/3\s+2027-12-10\s+v2/);
  expect(shown).toContain('order-reply@2');
  expect(outputs.get('npx gendan radar --as li-mei')).toContain('HH-1002');
}, 600_000);
