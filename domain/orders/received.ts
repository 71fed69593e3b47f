import { type Json, objectOf } from '../case/json.js';
import { type BookRefusal, refusalIn } from '../shipments/release.js';
import type { GoodsReturn } from './goods-return.js';

/** A line of an application, with what the books call its goods. */
export interface AppliedLine {
  readonly id: string;
  readonly quantity: number;
  readonly code?: string;
  readonly name?: string;
  readonly unit?: string;
}

/** The lines that are applied for, in the customer's language; `order` is what the reading of that name tells. */
export function appliedLines({ lines, language = 'zh' }: GoodsReturn, order: Json): readonly AppliedLine[] {
  const { lines: known = [] } = order as { readonly lines?: readonly BookLine[] };
  return lines.map(({ line, quantity }) => {
    const found = known.find(({ id }) => id === line);
    return { id: line, quantity, ...(found === undefined ? {} : { code: found.product, name: found.name[language], unit: found.unit }) };
  });
}
interface BookLine {
  readonly id: string;
  readonly product: string;
  readonly name: Readonly<Record<'zh' | 'en' | 'id', string>>;
  readonly unit: string;
}

/** A line as the keeper found it (HH-F12). */
export interface ReceivedLine extends AppliedLine {
  /** What was counted. */
  readonly received: number;
  /** Of the model that the application names. */
  readonly asNamed: boolean;
}

/** Lines of another quantity or model than was applied for. */
export function differing(lines: readonly ReceivedLine[]): readonly ReceivedLine[] {
  return lines.filter(({ quantity, received, asNamed }) => received !== quantity || !asNamed);
}

/** What is booked and printed: goods of the model applied for, as many as were counted. */
export function taken(lines: readonly ReceivedLine[]): readonly (AppliedLine & { readonly quantity: number })[] {
  return lines
    .filter(({ received, asNamed }) => received > 0 && asNamed)
    .map(({ received, asNamed: _asNamed, ...line }) => ({ ...line, quantity: received }));
}

/** Why the books did not take goods back; undefined when they did, or a person booked them by hand. */
export function unpostedBy(result: Json): BookRefusal | undefined {
  return objectOf(result)['posted'] === false ? refusalIn(result) : undefined;
}
