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

/** A line as the keeper found it (HH-F12): what was counted, and whether it is of the model that the application names. */
export interface CountedLine extends AppliedLine {
  readonly received: number;
  readonly asNamed: boolean;
}

/** What becomes of goods that differ from their application. Those of another model are never taken: they go back, or are counted again once the application names them. */
export type Settlement = 'taken' | 'sent-back' | 'count-again';

/** Of the model applied for, but more or fewer. */
export const isOtherQuantity = ({ quantity, received, asNamed }: CountedLine): boolean => asNamed && received !== quantity;
export const isOtherModel = ({ asNamed }: CountedLine): boolean => !asNamed;

/** What of the counted lines is taken, what goes back to the customer, and what is counted again; quantities of the first two as counted. */
export function sorted(
  counted: readonly CountedLine[],
  settled: readonly { readonly id: string; readonly data: { readonly settlement: Settlement } }[],
): Readonly<Record<Settlement, readonly AppliedLine[]>> {
  const found: Record<Settlement, AppliedLine[]> = { taken: [], 'sent-back': [], 'count-again': [] };
  for (const { received, asNamed: _asNamed, ...line } of counted) {
    const settlement = settled.find(({ id }) => id === line.id)?.data.settlement ?? 'taken';
    if (settlement === 'count-again') found[settlement].push(line);
    else if (received > 0) found[settlement].push({ ...line, quantity: received });
  }
  return found;
}

/** Lines as a paper prints them. */
export const printedLines = (lines: readonly AppliedLine[]) =>
  lines.map(({ id, code = id, name = id, quantity, unit = '-' }) => ({ code, name, quantity, unit }));

/** How many of each line. */
export const quantitiesOf = (lines: readonly AppliedLine[]): Readonly<Record<string, number>> =>
  Object.fromEntries(lines.map(({ id, quantity }) => [id, quantity]));

/** Why the books did not take goods back; undefined when they did, or a person booked them by hand. */
export function unpostedBy(result: Json): BookRefusal | undefined {
  return objectOf(result)['posted'] === false ? refusalIn(result) : undefined;
}
