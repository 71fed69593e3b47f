import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OrderAnswers } from '../../domain/books/catalogue.js';
import type { JsonObject } from '../../domain/json.js';
import type { Order } from '../../domain/orders/order.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import { loadBooks } from '../../policies/load.js';
import { procedures } from '../../workflows/procedures.js';
import { Play, settingOf } from './play.js';

const folder = fileURLToPath(new URL('../../policies', import.meta.url));

/** Hehe's order intake policy as it ships. */
export async function intakePolicy(): Promise<ProcedurePolicy> {
  const policy = (await loadBooks(folder)).books['hehe']?.procedures['order-intake'];
  if (policy === undefined) throw new Error('no policy');
  return policy;
}

/** An example order as it ships. */
export const example = (name: string): Order =>
  JSON.parse(readFileSync(new URL(`../../examples/hehe/${name}.json`, import.meta.url), 'utf8')) as Order;

/** Books that know the customer and know all codes by just what the order says of them. */
export function agreeing(order: Order): OrderAnswers {
  const entry = ({ code, name, unit }: Order['lines'][number]) => [code, { code, unit, name: { en: name, zh: name, id: name } }];
  return {
    on: '2026-10-01',
    customer: { id: 'C-1', name: order.customer },
    earlier: [],
    catalogue: Object.fromEntries(order.lines.map(entry)) as OrderAnswers['catalogue'],
    free: [],
  };
}

/** What people usually answer. */
const usual: Readonly<Record<string, JsonObject>> = {
  'initial-review': { outcome: 'accurate' },
  clarify: { outcome: 'settled', settlement: 'as agreed' },
  'enter-order': { outcome: 'entered' },
  'enter-part': { outcome: 'entered' },
  'joint-review': { outcome: 'correct' },
  'production-points': { outcome: 'known', points: 'none' },
  'pass-to-pmc': { outcome: 'passed' },
  'command-production': { outcome: 'commanded', assembly: 'M-1' },
  'written-reply': { outcome: 'replied' },
  track: { outcome: 'finished' },
  'take-drawing': { outcome: 'taken', drawing: 'T-1' },
  'confirm-drawing': { outcome: 'confirmed' },
  'settle-drawing': { outcome: 'settled', settlement: 'another drawing' },
  'make-sketch': { outcome: 'made', sketch: 'S-1' },
  'file-drawing': { outcome: 'filed', fileNo: 'F-1' },
  'hand-drawings': { outcome: 'handed' },
};

/** An order of Hehe, taken through the book without a server. */
export class IntakePlay extends Play {
  constructor(policy: ProcedurePolicy, subject: Order) {
    super(settingOf(procedures.heheOrderIntake, policy), subject as unknown as JsonObject);
  }

  /** Readings come in as books that agree with the order, or as given. */
  read(books?: OrderAnswers): this {
    for (const effect of Object.values(this.state.effects)) {
      if (effect.name === 'order-books' && effect.flight !== undefined)
        this.done(effect.key, (books ?? agreeing(this.state.subject as unknown as Order)) as never);
    }
    return this;
  }

  /** Answers a task, by key, as people usually do. */
  usually(key: string): this {
    const { step, lines } = this.task(key);
    if (step === 'delivery-date') return this.dated(key, '2026-12-10', lines ?? []);
    return this.complete(key, usual[step] ?? {});
  }

  dated(key: string, date: string, lines: readonly string[]): this {
    return this.complete(key, { outcome: 'replied', lines: Object.fromEntries(lines.map((line) => [line, { date }])) });
  }

  /** Goes on as usual until a task of this key is open, passing over those that stand open beside. */
  until(key: string): this {
    for (let step = 0; step < 100; step++) {
      this.read();
      if (this.open.includes(key)) return this;
      const [next] = this.open.filter((open) => usual[this.task(open).step] !== undefined || this.task(open).step === 'delivery-date');
      if (next === undefined) throw new Error(`${key} is not reached; open: ${this.open.join(', ')}`);
      this.usually(next);
    }
    throw new Error(`${key} is not reached in 100 steps`);
  }
}
