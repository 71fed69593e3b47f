import { type Json, textOf } from '../json.js';
import type { ShipmentLine } from './credit.js';
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

/** The number of an issued paper; empty where it was written by hand. */
export function numberOf(issued: Json): string {
  return typeof issued === 'object' && issued !== null && 'number' in issued ? textOf(issued['number'] ?? '') : '';
}
