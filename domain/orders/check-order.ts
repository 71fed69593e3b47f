import { type CatalogueEntry, type OrderAnswers, type OrderQuestions, setParts } from '../books/catalogue.js';
import { freeze } from '../canonical-json.js';
import type { Json } from '../json.js';
import type { Order } from './order.js';

type OrderLine = Order['lines'][number];

/** What the checklist of the initial review (HH-B2) can find. Each code has a sentence in every language (`finding.<code>`). */
export type FindingCode =
  | 'NOT_CHECKED'
  | 'CUSTOMER_UNKNOWN'
  | 'CUSTOMER_PO_REPEATED'
  | 'LINE_COPIED'
  | 'CODE_UNKNOWN'
  | 'NO_LONGER_MADE'
  | 'NAME_DIFFERS'
  | 'UNIT_DIFFERS'
  | 'PRICE_DIFFERS'
  | 'LENGTH_MISSING'
  | 'LENGTH_DIFFERS'
  | 'GROOVE_MISSING'
  | 'GROOVE_DIFFERS'
  | 'SET_MISSING'
  | 'PART_MISSING'
  | 'PART_UNEXPECTED'
  | 'PART_DIFFERS'
  | 'PART_QUANTITY_DIFFERS'
  | 'DATE_PAST'
  | 'DATE_FREE';

/** The questions of the checklist: is the order stated right, configured sensibly, named as its codes say, with whole sets, and, if copied, looked through. */
export type Rule = 'stated' | 'configuration' | 'name' | 'set' | 'copied';

/** Something that a person has to look at. `id` names it for as long as it is found; `line`: of which line. */
export interface Finding {
  readonly id: string;
  readonly rule: Rule;
  readonly code: FindingCode;
  readonly line?: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** What the books are asked about an order. */
export function questionsOf({ customer, customerPo, lines }: Order): OrderQuestions {
  const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
  return {
    customer,
    customerPo,
    codes: sorted(lines.map(({ code }) => code)),
    dates: sorted(lines.flatMap(({ requestedDate }) => requestedDate ?? [])),
  };
}

/** What the reading `order-books` brought; undefined where the books could not be asked and a person let the order go on. */
export const answersIn = (read: Json): OrderAnswers | undefined =>
  typeof read === 'object' && read !== null && 'catalogue' in read ? (read as unknown as OrderAnswers) : undefined;

/**
 * The checklist of the initial review (HH-B2): what differs from the company's books, and what has to be looked through in any case. Without the books
 * nothing counts as right: that is a finding too.
 */
export function checkOrder(order: Order, books: OrderAnswers | undefined): readonly Finding[] {
  if (books === undefined) return [of('stated', 'NOT_CHECKED', {})];
  const before = checked.get(books);
  if (before !== undefined && isAsChecked(order, before.order)) return before.findings;
  const findings = freeze(findingsOf(order, books));
  if (Object.isFrozen(books) && Object.isFrozen(order.lines)) checked.set(books, { order, findings });
  return findings;
}

/** What was found before, by the recorded answers of the books: a case is rendered after each of its facts, and both order and answers are frozen. */
const checked = new WeakMap<OrderAnswers, { readonly order: Order; readonly findings: readonly Finding[] }>();

const isAsChecked = (order: Order, before: Order): boolean =>
  (['customer', 'customerPo', 'currency', 'copiedFrom', 'lines'] as const).every((name) => order[name] === before[name]);

function findingsOf(order: Order, books: OrderAnswers): readonly Finding[] {
  const { customer, customerPo } = order;
  const [earlier] = books.earlier;
  return [
    ...(books.customer === null ? [of('stated', 'CUSTOMER_UNKNOWN', { customer })] : []),
    ...(earlier === undefined ? [] : [of('stated', 'CUSTOMER_PO_REPEATED', { customerPo, number: earlier.number, at: earlier.startedAt })]),
    ...order.lines.flatMap((line) => {
      const found = checkLine(line, order, books);
      return found.map(({ id, ...finding }) => ({ ...finding, id: `${id}:${line.id}`, line: line.id }));
    }),
  ];
}

function checkLine(line: OrderLine, order: Order, books: OrderAnswers): readonly Finding[] {
  const { copiedFrom, currency } = order;
  const copied = copiedFrom === undefined ? [] : [of('copied', 'LINE_COPIED', { number: copiedFrom })];
  const entry = books.catalogue[line.code];
  if (entry === undefined) return [...copied, of('name', 'CODE_UNKNOWN', { code: line.code }), ...datesOf(line, books)];
  return [
    ...copied,
    ...namesOf(line, entry),
    ...priceOf(line, entry.prices?.[currency], currency),
    ...configurationOf(line, entry),
    ...setOf(line, entry),
    ...datesOf(line, books),
  ];
}

function namesOf({ code, name, unit }: OrderLine, entry: CatalogueEntry): readonly Finding[] {
  const named = Object.values(entry.name).some((known) => plain(known) === plain(name));
  return [
    ...(entry.discontinued === true ? [of('name', 'NO_LONGER_MADE', { code })] : []),
    ...(named ? [] : [of('name', 'NAME_DIFFERS', { code, found: name, expected: entry.name.zh })]),
    ...(entry.unit === unit ? [] : [of('name', 'UNIT_DIFFERS', { code, found: unit, expected: entry.unit })]),
  ];
}

/** Wide letters, spaces and case make no other name. */
const plain = (name: string): string => name.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toLowerCase();

function priceOf({ unitPriceMinor }: OrderLine, listed: number | undefined, currency: string): readonly Finding[] {
  if (listed === undefined || listed === unitPriceMinor) return [];
  return [of('stated', 'PRICE_DIFFERS', { found: unitPriceMinor, expected: listed, currency })];
}

function configurationOf({ code, lengthMm, groove }: OrderLine, entry: CatalogueEntry): readonly Finding[] {
  const needs = (what: 'lengthMm' | 'groove'): boolean => entry.needs?.includes(what) === true;
  return [
    ...(lengthMm === undefined && needs('lengthMm') ? [of('configuration', 'LENGTH_MISSING', { code })] : []),
    ...(lengthMm !== undefined && entry.lengthMm !== undefined && lengthMm !== entry.lengthMm
      ? [of('configuration', 'LENGTH_DIFFERS', { code, found: lengthMm, expected: entry.lengthMm })]
      : []),
    ...(groove === undefined && needs('groove') ? [of('configuration', 'GROOVE_MISSING', { code })] : []),
    ...(groove !== undefined && entry.groove !== undefined && plain(groove) !== plain(entry.groove)
      ? [of('configuration', 'GROOVE_DIFFERS', { code, found: groove, expected: entry.groove })]
      : []),
  ];
}

/** A set is whole when each of its parts is there, is the right one, and as many as the number of sets asks for. */
function setOf({ code, quantity, set }: OrderLine, entry: CatalogueEntry): readonly Finding[] {
  if (set === undefined) return entry.needs?.includes('set') === true ? [of('set', 'SET_MISSING', { code })] : [];
  return setParts.flatMap((part): readonly Finding[] => {
    const found = set[part];
    const expected = entry.set?.[part];
    const at = (finding: Finding): Finding => ({ ...finding, id: `${finding.id}:${part}` });
    if (found === undefined) return expected === undefined ? [] : [at(of('set', 'PART_MISSING', { part, expected: expected.code }))];
    if (expected === undefined) return [at(of('set', 'PART_UNEXPECTED', { part, found: found.code }))];
    const wanted = expected.perSet * quantity;
    return [
      ...(found.code === expected.code ? [] : [at(of('set', 'PART_DIFFERS', { part, found: found.code, expected: expected.code }))]),
      ...(found.quantity === wanted
        ? []
        : [at(of('set', 'PART_QUANTITY_DIFFERS', { part, found: found.quantity, expected: wanted, sets: quantity }))]),
    ];
  });
}

function datesOf({ requestedDate: date }: OrderLine, { on, free }: OrderAnswers): readonly Finding[] {
  if (date === undefined) return [];
  if (date < on) return [of('stated', 'DATE_PAST', { date, on })];
  return free.some((day) => day.date === date) ? [of('stated', 'DATE_FREE', { date })] : [];
}

const of = (rule: Rule, code: FindingCode, values: Finding['values']): Finding => ({
  id: code.toLowerCase().replaceAll('_', '-'),
  rule,
  code,
  values,
});
