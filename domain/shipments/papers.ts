import { type Json, textOf } from '../json.js';
import { formatMoney } from '../texts/format.js';
import type { CreditDecision, ShipmentLine } from './credit.js';
import type { Shipment } from './shipment.js';

/** What a paper of a shipment is made of: see the effects `issue-…` in docs/documents.md. */
export interface PaperInput {
  readonly language: 'zh' | 'en' | 'id';
  /** Label and value, by the labels that papers know. */
  readonly facts: Readonly<Partial<Record<PaperFact, string>>>;
  readonly lines: readonly { readonly code: string; readonly name: string; readonly quantity: number; readonly unit: string }[];
}
export const paperFacts = [
  'customer',
  'order',
  'ship-date',
  'deliver-to',
  'carrier',
  'vehicle',
  'shipping-notice',
  'delivery-note',
  'remarks',
  'customer-po',
  'exposure',
  'this-shipment',
  'credit-limit',
  'overdue',
  'overdue-days',
  'overdue-reason',
  'decision',
  'treatment',
] as const;
export type PaperFact = (typeof paperFacts)[number];

/** A paper of a shipment: its facts, those that are empty left out, and its lines without prices. */
export function paperOf(shipment: Shipment, lines: readonly ShipmentLine[], facts: PaperInput['facts']): PaperInput {
  const { customer, order, shipDate, deliverTo, remarks, language = 'zh' } = shipment;
  const all = { customer, order, 'ship-date': shipDate, 'deliver-to': deliverTo, ...facts, remarks };
  return {
    language,
    facts: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== '')),
    lines: lines.map(({ product, name, quantity, unit }) => ({ code: product, name: name[language], quantity, unit })),
  };
}

/** The shipping notice: the goods, and what finance and the approvers wrote on it of the customer's account. */
export function noticeOf(
  shipment: Shipment,
  lines: readonly ShipmentLine[],
  { verdict, overdueReason }: { readonly verdict: CreditDecision; readonly overdueReason?: string },
): PaperInput {
  const { language = 'zh' } = shipment;
  const { currency, exposureMinor, shipmentMinor, limitMinor, overdueMinor, overdueDays } = verdict;
  const money = (minor: number): string => formatMoney(BigInt(minor), currency, language);
  return paperOf(shipment, lines, {
    exposure: money(exposureMinor),
    'this-shipment': money(shipmentMinor),
    'credit-limit': limitMinor === null ? '—' : money(limitMinor),
    overdue: money(overdueMinor),
    ...(overdueMinor === 0 ? {} : { 'overdue-days': String(overdueDays) }),
    ...(overdueReason === undefined ? {} : { 'overdue-reason': overdueReason }),
  });
}

/** The number of an issued paper; empty where it was written by hand. */
export function numberOf(issued: Json): string {
  return typeof issued === 'object' && issued !== null && 'number' in issued ? textOf(issued['number'] ?? '') : '';
}
