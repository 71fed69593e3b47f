import type { JsonObject } from '../case/json.js';
import type { About } from './directory.js';

/** What limits of stand-ins look at in a subject. Missing: it does not say, and no limit is kept. SQL reckons the same (`gendan_about`). */
export type Worth = Pick<About, 'customer' | 'amountMinor' | 'currency'>;

/**
 * Customer, currency and amount of a subject. The amount is its `amountMinor`, or the sum of quantity × unit price over all lines; one line
 * without either leaves it unknown.
 */
export function worthOf(subject: JsonObject): Worth {
  const { customer, currency } = subject;
  const amountMinor = amountOf(subject);
  return {
    ...(typeof customer === 'string' ? { customer } : {}),
    ...(typeof currency === 'string' ? { currency } : {}),
    ...(amountMinor === undefined ? {} : { amountMinor }),
  };
}

function amountOf({ amountMinor, lines }: JsonObject): number | undefined {
  if (typeof amountMinor === 'number') return whole(amountMinor);
  if (!Array.isArray(lines) || lines.length === 0) return undefined;
  let sum = 0;
  for (const line of lines as readonly unknown[]) {
    const { quantity, unitPriceMinor } = (typeof line === 'object' && line !== null ? line : {}) as Record<string, unknown>;
    if (typeof quantity !== 'number' || typeof unitPriceMinor !== 'number') return undefined;
    sum += quantity * unitPriceMinor;
  }
  return whole(sum);
}

/** Beyond what JSON can hold exactly an amount is not known. */
const whole = (amount: number): number | undefined => (Number.isSafeInteger(amount) && amount >= 0 ? amount : undefined);
