import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Loaded, loadBooks } from '../../policies/load.js';
import type { Answer, Plant } from './plant.js';

/** Who does which step of order intake, and what they usually answer. */
const usual = {
  'initial-review': { by: 'chen-li', data: { outcome: 'accurate' } },
  clarify: { by: 'chen-li', data: { outcome: 'settled', settlement: 'the customer takes the C groove' } },
  'enter-order': { by: 'chen-li', data: { outcome: 'entered', orderDataNo: 'D-1' } },
  'joint-review': { by: 'zhang-min', data: { outcome: 'correct' } },
  'pass-to-pmc': { by: 'zhang-min', data: { outcome: 'passed' } },
  'command-production': { by: 'wang-qiang', data: { outcome: 'commanded', manufacturingOrders: 'M-1' } },
  'delivery-date': { by: 'wang-qiang', data: {} },
  'written-reply': { by: 'chen-li', data: { outcome: 'replied' } },
} as const;
type HeheStep = keyof typeof usual;
export const promisedDate = '2027-01-15';

/** Hehe's books and people, as they ship. */
export function hehe(): Promise<Loaded> {
  return loadBooks(fileURLToPath(new URL('../../policies', import.meta.url)));
}

/** An example order, with so many of its lines, so that it can be told from others by its number at the customer. */
export function exampleOrder(name: string, lines = 2, customerPo?: string): object {
  const order = JSON.parse(readFileSync(new URL(`../../examples/hehe/${name}.json`, import.meta.url), 'utf8')) as {
    readonly lines: readonly object[];
  };
  return { ...order, lines: order.lines.slice(0, lines), ...(customerPo === undefined ? {} : { customerPo }) };
}

/** Answers a step as its person usually does, or with other data; dates are given for all lines that are open. */
export async function answer(plant: Plant, id: string, step: HeheStep, data?: object): Promise<Answer> {
  const { lines } = await plant.openTask(id, step);
  const dates = { lines: Object.fromEntries((lines ?? []).map((line) => [line, { date: promisedDate }])) };
  const answered = await plant.complete(usual[step].by, id, step, data ?? (step === 'delivery-date' ? dates : usual[step].data));
  if (answered.status !== 200) throw new Error(`${step}: ${answered.status} ${JSON.stringify(answered.body)}`);
  return answered;
}

/** Answers in the usual way until a step is open; without one, until the case is closed. */
export async function proceed(plant: Plant, id: string, until?: HeheStep): Promise<void> {
  for (let [step] = await plant.open(id); step !== undefined && step !== until; [step] = await plant.open(id))
    await answer(plant, id, step as HeheStep);
}
