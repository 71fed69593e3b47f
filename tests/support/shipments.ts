import type { CreditPosition } from '../../domain/books/book.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import { loadBooks } from '../../policies/load.js';
import { procedures } from '../../workflows/procedures.js';
import { Play, settingOf } from './play.js';

export const shipment = { customer: 'C-1', order: 'SO-1', shipDate: '2026-11-06', lines: [{ id: '1', quantity: 100 }] };
const words = { en: 'Yarn', zh: '纱', id: 'Benang' };

/** The order of the shipment as the books have it: 100 of 1,000 at 10.00 is worth 1,000.00. */
export const order: JsonObject = {
  found: true,
  number: 'SO-1',
  customer: 'C-1',
  currency: 'CNY',
  today: '2026-11-02',
  lines: [
    {
      id: '1',
      product: 'P1',
      name: words,
      unit: 'kg',
      quantity: 1_000,
      unitPriceMinor: 1_000,
      shipped: 0,
      returned: 0,
      released: 0,
      open: 1_000,
      inStock: 500,
    },
  ],
};

/** How the customer stands: a limit of 3,000.00 and 1,000.00 owed in three parts, nothing overdue. */
export function standing(more: Partial<CreditPosition> = {}): JsonObject {
  const parts = { receivableMinor: 60_000, shippedNotInvoicedMinor: 30_000, releasedNotShippedMinor: 10_000, ...more };
  const exposureMinor = parts.receivableMinor + parts.shippedNotInvoicedMinor + parts.releasedNotShippedMinor;
  const customer = { customer: 'C-1', name: words, currency: 'CNY', grade: 'B', limitMinor: 300_000 } as const;
  return { found: true, ...customer, overdueMinor: 0, overdueDays: 0, exposureMinor, ...parts, ...more } as unknown as JsonObject;
}
export const overdue = { overdueMinor: 20_000, overdueDays: 12 };
export const overLimit = { limitMinor: 199_999 };

export const granted: JsonObject = { granted: true, release: 'R-1', amountMinor: 100_000, exposureMinor: 200_000 };
export const refused = (code: string): JsonObject => ({ granted: false, code, values: {} });
export const shipped: JsonObject = { shipped: true, release: 'R-1', amountMinor: 100_000, exposureMinor: 200_000 };

/** What the books and the printer answer, by the last part of the key. */
const usual: Readonly<Record<string, Json>> = {
  order,
  credit: standing(),
  'account-watch': standing(),
  'release-goods': granted,
  'ship-goods': shipped,
  'issue-shipping-notice': { document: 'd', number: 'JH-SN-1' },
  'issue-delivery-note': { document: 'd', number: 'JH-DN-1' },
  'issue-gate-pass': { document: 'd', number: 'JH-GP-1' },
};
export type Answers = Readonly<Record<string, Json>>;

export async function policyOf(procedure: string): Promise<ProcedurePolicy> {
  const { books, errors } = await loadBooks('policies');
  const policy = books['jinhui']?.procedures[procedure];
  if (policy === undefined) throw new Error(errors.join('\n'));
  return policy;
}

/** A shipment that is played through; the outside answers by itself, in the usual way or as told. */
export class ShipmentPlay extends Play {
  private answers: Answers = {};

  constructor(policy: ProcedurePolicy, answers: Answers = {}, subject: JsonObject = shipment) {
    super(settingOf(procedures[policy.implementation as keyof typeof procedures], policy), subject);
    this.outside(answers);
  }

  /** The outside answers otherwise from now on, and whatever waits is answered. */
  outside(answers: Answers = {}): this {
    this.answers = { ...this.answers, ...answers };
    for (let key = this.flying(); key !== undefined; key = this.flying()) this.done(key, this.answerTo(key));
    return this;
  }

  /** Answers a step by its last name, in whatever round it is. */
  step(name: string, data: JsonObject = {}): this {
    const key = this.keyOf(name);
    const { step } = this.task(key);
    const [outcome = ''] = Object.keys(this.setting.policy.steps[step]?.outcomes ?? {});
    return this.complete(key, { outcome, ...data }).outside();
  }

  /** Answers the one line of a step. */
  line(name: string, quantity: number): this {
    const data: JsonObject = {
      outcome: Object.keys(this.setting.policy.steps[name]?.outcomes ?? {})[0] ?? '',
      lines: { '1': { quantity } },
    };
    return this.complete(this.keyOf(name), data).outside();
  }

  backTo(name: string, to: string): this {
    return this.back(this.keyOf(name), to).outside();
  }

  /** Names of the open steps, without rounds. */
  get asks(): string[] {
    return this.open.map((key) => key.split('/').at(-1) ?? key);
  }

  /** What is shown with an open step. */
  shown(name: string): JsonObject {
    const { shown } = this.task(this.keyOf(name));
    const row = this.ledger.findLast(({ contents }) => contents !== undefined && shown in contents);
    return (row?.contents?.[shown] ?? {}) as JsonObject;
  }

  /** What an effect did, in order. */
  doings(effect: string): string[] {
    return this.ledger.flatMap(({ effect: row }) =>
      row !== undefined && row.effect === effect && (row.state === 'done' || row.state === 'undone')
        ? [row.state === 'undone' ? 'undo' : row.action]
        : [],
    );
  }

  /** What was told to whom. */
  get told(): string[] {
    return Object.values(this.state.facts).flatMap((fact) => (fact.kind === 'told' ? [fact.key] : []));
  }

  private keyOf(name: string): string {
    const key = this.open.find((open) => open === name || open.endsWith(`/${name}`));
    if (key === undefined) throw new Error(`${name} is not open; open: ${this.open.join(', ')}`);
    return key;
  }

  private flying(): string | undefined {
    return Object.values(this.state.effects).find(({ flight }) => flight !== undefined)?.key;
  }

  private answerTo(key: string): Json {
    const effect = this.state.effects[key];
    if (effect?.flight?.action === 'undo') return null;
    const name = effect?.name ?? '';
    return this.answers[key] ?? this.answers[name] ?? usual[name] ?? {};
  }
}
