import { canon } from '../canonical-json.js';
import type { Json, JsonObject } from '../json.js';
import { applyPatch } from '../patch.js';
import type { Amended, AmendedOrder, OrderChange, OrderChanges, PlacedOrder } from './change.js';
import type { OrderLine } from './order.js';

/** A line before and after a change. Without `before` it is new, without `after` it is taken out. */
export interface LineDiff {
  readonly id: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** The lines that a change speaks of. */
export const changedLines = ({ lines }: OrderChanges): readonly string[] => Object.keys(lines ?? {});

/** What a change makes of the lines it speaks of; `lines` are those of the order as it stands. */
export function lineDiffs(changes: OrderChanges, lines: Readonly<Record<string, object>>): readonly LineDiff[] {
  return Object.entries(changes.lines ?? {}).map(([id, change]) => {
    const before = lines[id] as JsonObject | undefined;
    const after = change === null ? undefined : applyPatch(before ?? { id }, change as JsonObject);
    return { id, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  });
}

/** Lines as production sees them: without prices. */
export function unpriced(lines: readonly LineDiff[]): readonly LineDiff[] {
  const bare = (line: Json): Json => {
    const { unitPriceMinor: _price, ...rest } = line as JsonObject;
    return rest;
  };
  return lines.map(({ id, before, after }) => ({
    id,
    ...(before === undefined ? {} : { before: bare(before) }),
    ...(after === undefined ? {} : { after: bare(after) }),
  }));
}

/** A change of the order as a whole, which no single line shows. */
const wholeOrder = 'order';

/**
 * What production is asked about (HH-C3): the changed lines, or the order when only its head changes. A line that is known to be new has
 * nothing that could have started.
 */
export function askedOf(lines: readonly LineDiff[], { read }: Pick<PlacedOrder, 'read'>): readonly LineDiff[] {
  if (lines.length === 0) return [{ id: wholeOrder }];
  return read ? lines.filter(({ before }) => before !== undefined) : lines;
}

/**
 * What of a change can still be made, and what cannot: a started line stays as it is and the others go on, unless the customer wants all or nothing,
 * or no line is left. What is said of the whole order goes with what is changed.
 */
export function parted(
  { changes, lines }: { readonly changes: OrderChanges; readonly lines: readonly LineDiff[] },
  { started, allOrNothing }: { readonly started: readonly string[]; readonly allOrNothing: boolean },
): {
  readonly refused: readonly LineDiff[];
  readonly changeable?: { readonly changes: OrderChanges; readonly lines: readonly LineDiff[] };
} {
  if (started.length === 0) return { refused: [], changeable: { changes, lines } };
  const [refused, left] = [lines.filter(({ id }) => started.includes(id)), lines.filter(({ id }) => !started.includes(id))];
  if (allOrNothing || left.length === 0) return { refused: lines };
  const kept = Object.fromEntries(Object.entries(changes.lines ?? {}).filter(([id]) => !started.includes(id)));
  return { refused, changeable: { changes: { ...changes, lines: kept }, lines: left } };
}

/** A placed order from its reading; where a person said instead what it is, only what the wish itself tells. */
export function orderOf(reading: Json, { orderNumber, requestedBy: { name }, requestedAt = 0 }: OrderChange): PlacedOrder {
  const read = typeof reading === 'object' && reading !== null && 'orderedAt' in reading;
  if (read) return { ...(reading as unknown as PlacedOrder), read };
  return { read, customer: name, customerPo: orderNumber, orderedAt: requestedAt, lines: {} };
}

/** The cases of an order that a person still has to see to; none where a person has entered the change by hand. */
export function leftOf(result: Json): readonly Extract<Amended, { amended: false }>[] {
  const { cases = [] } = result as Partial<AmendedOrder>;
  return cases.flatMap((one) => (one.amended ? [] : [one]));
}

/** What stands above a paper to the customer, in the customer's language. */
export function headOf({ customer, customerPo, currency, language = 'zh' }: PlacedOrder, orderNumber: string) {
  return { language, ...(currency === undefined ? {} : { currency }), facts: { customer, 'customer-po': customerPo, order: orderNumber } };
}

/** Words of whoever answers for a paper, as it takes them. */
export const inWords = (text: string | undefined): { readonly text?: string } => (text === undefined ? {} : { text });

/** A line as a paper prints it: what it is now, and what its quantity was. A line that is taken out has none left. */
export function printed(lines: readonly LineDiff[]): readonly PrintedLine[] {
  return lines.map(({ id, before, after }) => {
    const { code = id, name = id, unit = '-', quantity = 0 } = { ...(before as Partial<OrderLine>), ...(after as Partial<OrderLine>) };
    const { quantity: was } = (before ?? {}) as Partial<OrderLine>;
    const changed = before === undefined || after === undefined ? [] : changedFields(before as JsonObject, after as JsonObject);
    return {
      code,
      name,
      unit,
      quantity: after === undefined ? 0 : quantity,
      ...(was === undefined ? {} : { was }),
      ...(changed.length === 0 ? {} : { changed }),
    };
  });
}
interface PrintedLine {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly quantity: number;
  readonly was?: number;
  readonly changed?: readonly ChangedField[];
}
interface ChangedField {
  readonly field: string;
  readonly was?: string | number;
  readonly now?: string | number;
}

/** Members of a line, beside its quantity, that are another than before; those that are no plain values by their name alone. */
function changedFields(before: JsonObject, after: JsonObject): readonly ChangedField[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== 'quantity');
  const plain = (value: Json | undefined): value is string | number => typeof value === 'string' || typeof value === 'number';
  return names.flatMap((field) => {
    const [was, now] = [before[field], after[field]];
    if (canon(was) === canon(now)) return [];
    return [{ field, ...(plain(was) ? { was } : {}), ...(plain(now) ? { now } : {}) }];
  });
}
