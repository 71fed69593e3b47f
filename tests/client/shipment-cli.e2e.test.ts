import { afterAll, beforeAll, expect, test } from 'vitest';
import { opens, shown } from '../support/jinhui-shipments.js';
import type { Plant } from '../support/plant.js';
import { type CommandLine, startCommandLine } from './support/cli.js';

let line: CommandLine;
let plant: Plant;
const gendan: CommandLine['gendan'] = (...argv) => line.gendan(...argv);
beforeAll(async () => {
  const staff = ['shen-lan', 'jin-shufen', 'pan-guohua', 'lou-jianping', 'tang-kai', 'wu-genfa', 'zhu-haiyan', 'he-changshun'];
  line = await startCommandLine({ as: ['chen-li', ...staff] });
  ({ plant } = line);
});
afterAll(() => line.close());

test('when a shipment over the limit is taken from the notice to the gate on the command line, then each acts in their turn and a wrong pass stays in', async () => {
  const id = 'jinhui:shipment-routine:FH-1';
  const start = (file: string, number: string) =>
    gendan('case', 'start', 'jinhui', 'shipment-routine', `examples/jinhui/${file}.json`, '--number', number, '--as', 'shen-lan');
  const refused = await start('more-than-ordered', 'FH-0');
  expect(refused.exit).not.toBe(0);
  expect(refused.error).toContain('10000 kg');
  expect(await start('over-limit', 'FH-1')).toMatchObject({ exit: 0, error: '' });
  // of all whose tokens are here, somebody of the company of the case looks
  expect(await gendan('case', 'show', id)).toMatchObject({ exit: 0, error: '' });
  const act = async (step: string, person: string, data: object) => {
    await opens(plant, id, step);
    return gendan('act', `FH-1/${step}`, 'complete', '--as', person, '--data', JSON.stringify(data), '--lang', 'zh');
  };
  const steps: readonly (readonly [step: string, person: string, data: object])[] = [
    ['type', 'shen-lan', { outcome: 'routine' }],
    ['notice', 'shen-lan', { outcome: 'made' }],
    ['finance-check', 'jin-shufen', { outcome: 'checked' }],
    ['manager-review', 'pan-guohua', { outcome: 'ship' }],
    ['general-manager-review', 'lou-jianping', { outcome: 'ship' }],
    ['distribute', 'tang-kai', { outcome: 'distributed' }],
    ['prepare', 'wu-genfa', { outcome: 'prepared' }],
    ['quality-check', 'zhu-haiyan', { outcome: 'passed', report: 'ZJ-8' }],
    ['transport', 'shen-lan', { outcome: 'arranged', carrier: '顺丰', vehicle: '浙G·12345' }],
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
