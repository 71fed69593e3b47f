import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../client/cli/program.js';
import { writeTokens } from '../../client/cli/running.js';
import { createToken } from '../../db/tokens.js';
import { loadBooks } from '../../policies/load.js';
import { opens, shown } from '../support/jinhui-shipments.js';
import { Plant } from '../support/plant.js';

let plant: Plant;
let home: string;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = await loadBooks('policies');
  plant = await Plant.start({ source: { books, calendars, tradeBooks }, people });
  home = mkdtempSync(join(tmpdir(), 'gendan-cli-'));
  const tokens: Record<string, string> = {};
  for (const { id } of people['jinhui'] ?? []) tokens[id] = (await createToken(plant.pool, id))?.secret ?? '';
  writeTokens(home, tokens);
  vi.stubEnv('GENDAN_HOME', home);
  vi.stubEnv('GENDAN_API', plant.api.url);
  vi.stubEnv('DATABASE_URL', plant.databaseUrl);
  for (const name of ['GENDAN_TOKEN', 'LC_ALL', 'LC_MESSAGES', 'TEMPORAL_ADDRESS']) vi.stubEnv(name, '');
  vi.stubEnv('LANG', 'C.UTF-8');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
  await plant.close();
});

async function gendan(...argv: string[]): Promise<{ readonly exit: number; readonly out: string; readonly error: string }> {
  const written = { out: '', error: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((written.out += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((written.error += String(text)), true)),
  ];
  try {
    return { exit: await runCli(argv), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test('when a shipment over the limit is taken from the notice to the gate on the command line, then each acts in their turn and a wrong pass stays in', async () => {
  const id = 'jinhui:shipment-routine:FH-1';
  const start = (file: string, number: string) =>
    gendan('case', 'start', 'jinhui', 'shipment-routine', `examples/jinhui/${file}.json`, '--number', number, '--as', 'shen-lan');
  const refused = await start('more-than-ordered', 'FH-0');
  expect(refused.exit).not.toBe(0);
  expect(refused.error).toContain('10000 kg');
  expect(await start('over-limit', 'FH-1')).toMatchObject({ exit: 0, error: '' });
  const act = async (step: string, person: string, data: object) => {
    await opens(plant, id, step);
    return gendan('act', `FH-1/${step}`, 'complete', '--as', person, '--data', JSON.stringify(data), '--lang', 'zh');
  };
  const steps: readonly (readonly [step: string, person: string, data: object])[] = [
    ['type', 'shen-lan', { outcome: 'routine' }],
    ['notice', 'shen-lan', { outcome: 'made', carrier: '顺丰', vehicle: '浙G·12345' }],
    ['finance-check', 'jin-shufen', { outcome: 'checked' }],
    ['manager-review', 'pan-guohua', { outcome: 'ship' }],
    ['general-manager-review', 'lou-jianping', { outcome: 'ship' }],
    ['distribute', 'tang-kai', { outcome: 'distributed' }],
    ['prepare', 'wu-genfa', { outcome: 'prepared' }],
    ['quality-check', 'zhu-haiyan', { outcome: 'passed', report: 'ZJ-8' }],
    ['load', 'wu-genfa', { outcome: 'loaded', vehicle: '浙G·12345' }],
    ['sign-with-carrier', 'wu-genfa', { outcome: 'signed', freightVoucher: 'YF-8' }],
  ];
  for (const [step, person, data] of steps) expect(await act(step, person, data), step).toMatchObject({ exit: 0, error: '' });

  const wrong = await act('gate', 'he-changshun', { outcome: 'let-out', gatePass: 'JH-GP-2026-99999' });
  expect(wrong.exit).not.toBe(0);
  expect(wrong.error).toContain('不属于本流程单');
  const gatePass = String((await shown(plant, id, 'gate'))['gatePass']);
  expect(await act('gate', 'he-changshun', { outcome: 'let-out', gatePass })).toMatchObject({ exit: 0, error: '' });
  expect(await act('shipped-data', 'wu-genfa', { lines: { '1': { quantity: 16_000 } } })).toMatchObject({ exit: 0, error: '' });
  expect(await plant.client.workflow.getHandle(id).result()).toMatchObject({ result: 'shipped', amountMinor: 14_720_000, gatePass });
});
