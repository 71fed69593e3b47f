import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Loaded, loadBooks } from '../../policies/load.js';
import type { Answer, Plant } from './plant.js';

/** Who does which step of order intake, and what they usually answer. */
const usual = {
  'initial-review': { by: 'chen-li', data: { outcome: 'accurate' } },
  clarify: { by: 'chen-li', data: { outcome: 'settled', settlement: 'the customer takes the C groove' } },
  'enter-part': { by: 'chen-li', data: { outcome: 'entered' } },
  'production-points': { by: 'chen-li', data: { outcome: 'known', points: 'U groove: check the burrs' } },
  track: { by: 'chen-li', data: { outcome: 'finished' } },
  'take-drawing': { by: 'chen-li', data: { outcome: 'taken', drawing: 'T-1' } },
  'confirm-drawing': { by: 'lin-hai', data: { outcome: 'confirmed' } },
  'make-sketch': { by: 'lin-hai', data: { outcome: 'made', sketch: 'S-1' } },
  'file-drawing': { by: 'chen-li', data: { outcome: 'filed', fileNo: 'F-1' } },
  'hand-drawings': { by: 'chen-li', data: { outcome: 'handed' } },
  'weigh-rush': { by: 'wang-qiang', data: { outcome: 'feasible', date: '2027-01-11' } },
  'relay-rush': { by: 'chen-li', data: { outcome: 'relayed', answer: 'it can be made earlier' } },
  'enter-order': { by: 'chen-li', data: { outcome: 'entered', orderDataNo: 'D-1' } },
  'joint-review': { by: 'zhang-min', data: { outcome: 'correct' } },
  'pass-to-pmc': { by: 'zhang-min', data: { outcome: 'passed' } },
  'command-production': { by: 'wang-qiang', data: { outcome: 'commanded', assembly: 'M-1' } },
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

/** Findings of the initial review count as looked at and right. */
async function confirmed(plant: Plant, task: string): Promise<object> {
  const { body } = await plant.ask('chen-li', 'GET', `/tasks/${encodeURIComponent(task)}`);
  const found = [...(body['findings'] ?? [])].map((finding) => [String(finding['id']), 'right'] as const);
  return { outcome: 'accurate', ...(found.length === 0 ? {} : { confirmed: Object.fromEntries(found), note: 'asked the customer' }) };
}

/**
 * Answers a step as its person usually does, or with other data, as soon as it is open; all lines that are open get the same date, and what the
 * initial review finds is right.
 */
export async function answer(plant: Plant, id: string, step: HeheStep, data?: object): Promise<Answer> {
  await plant.until(
    () => plant.open(id),
    (open) => open.includes(step),
  );
  const { id: task } = await plant.openTask(id, step);
  const dates = { all: { date: promisedDate, cause: 'capacity' } };
  const said = step === 'delivery-date' ? dates : step === 'initial-review' ? await confirmed(plant, task) : usual[step].data;
  const answered = await plant.complete(usual[step].by, id, step, data ?? said);
  if (answered.status !== 200) throw new Error(`${step}: ${answered.status} ${JSON.stringify(answered.body)}`);
  return answered;
}

/** Answers in the usual way until a step is open; without one, until the case is closed. What stands open beside it is answered first. */
export async function proceed(plant: Plant, id: string, until?: HeheStep): Promise<void> {
  for (;;) {
    const { open } = await plant.until(
      async () => ({ open: (await plant.open(id)).filter((step) => step in usual), status: await plant.status(id) }),
      (seen) => seen.open.length > 0 || seen.status !== 'open',
      60_000,
    );
    const step = open.find((one) => one !== until);
    if (step === undefined) return;
    await answer(plant, id, step as HeheStep);
  }
}
