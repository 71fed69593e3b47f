import * as z from 'zod';
import { type BookRefusal, refusalIn } from '../books/book-refusal.js';
import { type Json, objectOf } from '../json.js';
import { plainLine, plainText } from '../plain-text.js';
import { lineId, lineLimit } from './order.js';

const goods = z
  .array(
    z.strictObject({ line: lineId, quantity: z.int('QUANTITY_INVALID').min(1, 'QUANTITY_INVALID').max(100_000_000, 'QUANTITY_INVALID') }),
  )
  .min(1, 'FIELD_REQUIRED')
  .max(lineLimit, 'LINES_TOO_MANY')
  .superRefine((all, context) => {
    for (const [index, { line }] of all.entries()) {
      const first = all.findIndex((other) => other.line === line);
      if (first < index)
        context.addIssue({
          code: 'custom',
          path: [index, 'line'],
          message: 'LINE_ID_DUPLICATE',
          params: { first: `/lines/${first}/line` },
        });
    }
  });

const application = {
  /** Our number of the order that the goods were sold by. */
  orderNumber: plainLine(60),
  /** Who asks for it at the customer. */
  requestedBy: z.strictObject({ name: plainLine(60), email: z.email().max(254).optional() }),
  language: z.enum(['zh', 'en', 'id']).optional(),
  lines: goods,
};

/** A customer's application to return goods (HH-F1), or goods that stand at the door without one (HH-F10): what a case of return is about. */
export const goodsReturn = z.discriminatedUnion('application', [
  z.strictObject({ application: z.literal('made'), ...application, reason: plainText() }),
  z.strictObject({ application: z.literal('missing'), ...application, freightBill: plainLine(60).optional() }),
]);
export type GoodsReturn = z.infer<typeof goodsReturn>;

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
