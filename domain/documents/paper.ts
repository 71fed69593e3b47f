import * as z from 'zod';
import { lineLimit } from '../orders/order.js';
import { plainText } from '../plain-text.js';
import { paperFacts } from '../shipments/papers.js';
import { formatAmount, formatDate, formatInteger } from '../texts/format.js';
import { say, type TextKey } from '../texts/texts.js';
import type { PrintMarks, Sheet } from './sheet.js';

/** Papers that go with goods, and those of order changes, with the letters of their numbers. */
export const paperKinds = {
  'shipping-notice': 'SN',
  'delivery-note': 'DN',
  'transport-notice': 'TN',
  'gate-pass': 'GP',
  'return-application': 'RA',
  'return-note': 'RN',
  'change-refusal': 'CR',
  'contract-amendment': 'CA',
  'production-change-notice': 'PN',
} as const;
export type PaperKind = keyof typeof paperKinds;

/** What of an order's line, beside its quantity, a paper shows before and after. */
export const changeFields = ['code', 'name', 'unit', 'unitPriceMinor', 'requestedDate', 'lengthMm', 'groove', 'set'] as const;
const value = z.union([plainText(120), z.int()]);

/** What an effect `issue-<kind>` is asked to print. */
export const paperInput = z.strictObject({
  language: z.enum(['zh', 'en', 'id']),
  /** Of the prices among its changes. */
  currency: z.enum(['CNY', 'USD', 'IDR']).optional(),
  facts: z.partialRecord(z.enum(paperFacts), plainText()),
  lines: z
    .array(
      z.strictObject({
        code: plainText(60),
        name: plainText(120),
        quantity: z.int().min(0),
        unit: plainText(10),
        /** What the quantity was before. */
        was: z.int().min(0).optional(),
        /** What else of the line is another than before. Without values: see the order. */
        changed: z.array(z.strictObject({ field: z.enum(changeFields), was: value.optional(), now: value.optional() })).optional(),
      }),
    )
    .max(lineLimit),
  /** In the words of whoever answers for the paper. */
  text: plainText().optional(),
});
export type PaperRequest = z.infer<typeof paperInput>;

/** Everything that stands on a printed paper; kept with it, so that it can be printed again as it was. */
export interface PaperContent extends PaperRequest {
  readonly paper: PaperKind;
  readonly company: { readonly name: string; readonly words: readonly string[] };
  readonly number: string;
  /** `YYYY-MM-DD` at the company's site. */
  readonly date: string;
  readonly caseNumber: string;
  /** The paper that this one corrects. */
  readonly corrects?: { readonly number: string };
}

/** A paper as words in their places, in its language, and nothing of how a page is drawn. */
export interface PaperLayout extends Sheet {
  /** Label and value. */
  readonly facts: readonly (readonly [string, string])[];
  /** A sentence of the paper's own, then the words of whoever answers for it. */
  readonly paragraphs: readonly string[];
  /** Without rows there is no table. */
  readonly head: readonly string[];
  /** A cell of several texts shows the later ones below the first, in small print. */
  readonly rows: readonly (readonly (string | readonly string[])[])[];
  readonly lineCount: string;
  /** Who signs, each with a line to sign on. */
  readonly signatures: readonly string[];
}

const signers: Readonly<Record<PaperKind, readonly TextKey[]>> = {
  'shipping-notice': ['print.signed.sales', 'print.signed.finance', 'print.signed.sales-manager', 'print.signed.general-manager'],
  'transport-notice': ['print.signed.sales', 'print.signed.carrier'],
  'delivery-note': ['print.signed.warehouse', 'print.signed.carrier', 'print.signed.customer'],
  'gate-pass': ['print.signed.warehouse', 'print.signed.gate'],
  'return-application': ['print.signed.leader', 'print.signed.sales'],
  'return-note': ['print.signed.warehouse', 'print.signed.sales-admin'],
  'change-refusal': ['print.signed.sales'],
  'contract-amendment': ['print.signed.customer', 'print.signed.sales', 'print.signed.planner'],
  'production-change-notice': ['print.signed.pmc'],
};

/** What a paper says of itself; a decision decides what it says. */
const openingOf = ({ paper, facts: { decision } }: PaperContent): TextKey | undefined =>
  paper === 'return-application' && decision === 'refused' ? 'print.return-application.refused' : openings[paper];
const openings: Readonly<Partial<Record<PaperKind, TextKey>>> = {
  'return-application': 'print.return-application.opening',
  'return-note': 'print.return-note.opening',
  'change-refusal': 'print.change-refusal.opening',
  'contract-amendment': 'print.contract-amendment.opening',
  'production-change-notice': 'print.production-change-notice.opening',
};

/** Lays out a paper. Pure: equal content and marks give an equal layout. */
export function layPaper(content: PaperContent, { reprint, replacedBy }: PrintMarks = {}): PaperLayout {
  const { language, paper, company, number, date, corrects, facts, lines, caseNumber, text } = content;
  const opening = openingOf(content);
  const quantity = ({ quantity: now, was }: PaperContent['lines'][number]): string =>
    was === undefined ? formatInteger(now, language) : `${formatInteger(was, language)} → ${formatInteger(now, language)}`;
  return {
    title: say(language, `print.${paper}`),
    ...(replacedBy === undefined ? {} : { banner: say(language, 'print.superseded', { number: replacedBy }) }),
    company: company.name,
    companyWords: company.words,
    facts: [
      [say(language, 'print.document-number'), number],
      [say(language, 'print.date'), formatDate(date, language, 'long')],
      ...Object.entries(facts).map(
        ([fact, value]) => [say(language, `print.fact.${fact}` as TextKey), factIn(content, fact, value)] as const,
      ),
      ...(corrects === undefined ? [] : [[say(language, 'print.replaces'), corrects.number] as const]),
    ],
    paragraphs: [...(opening === undefined ? [] : [say(language, opening)]), ...(text === undefined ? [] : text.split(/\r\n|\r|\n/))],
    head: (['print.no', 'print.code', 'print.name', 'print.quantity', 'print.unit'] as const).map((key) => say(language, key)),
    rows: lines.map((line, index) => [String(index + 1), line.code, [line.name, ...changesOf(content, line)], quantity(line), line.unit]),
    lineCount: lines.length === 0 ? '' : say(language, 'print.line-count', { count: formatInteger(lines.length, language) }),
    signatures: signers[paper].map((key) => say(language, key)),
    footer: {
      left: `${number} · ${say(language, 'print.case', { case: caseNumber })}`,
      ...(reprint === undefined
        ? {}
        : { middle: say(language, 'print.reprint', { n: reprint.n, date: formatDate(reprint.date, language, 'short') }) }),
      right: (page, pages) => say(language, 'print.page', { page, pages }),
    },
  };
}

/** A fact as it is read: a date in full, a decision or treatment in words. */
function factIn({ language }: PaperContent, fact: string, value: string): string {
  if (fact === 'ship-date') return formatDate(value, language, 'long');
  const key = decisions[value];
  return key !== undefined && (fact === 'decision' || fact === 'treatment') ? say(language, key) : value;
}
const decisions: Readonly<Record<string, TextKey>> = {
  accepted: 'print.decision.accepted',
  refused: 'print.decision.refused',
  'back-to-furnace': 'print.treatment.back-to-furnace',
  rework: 'print.treatment.rework',
  exchange: 'print.treatment.exchange',
  restock: 'print.treatment.restock',
};

type Line = PaperContent['lines'][number];

/** What else of a line changes, a text each: `Unit price: 4.60 → 4.20`. */
function changesOf({ language, currency }: PaperContent, { changed = [] }: Line): readonly string[] {
  return changed.map(({ field, was, now }) => {
    const said = (value: string | number | undefined): string => {
      if (value === undefined) return '—';
      if (typeof value === 'string') return field === 'requestedDate' ? formatDate(value, language, 'short') : value;
      return field === 'unitPriceMinor' && currency !== undefined ? formatAmount(BigInt(value), currency, language) : String(value);
    };
    const label = say(language, `print.changed.${field}`);
    return was === undefined && now === undefined ? label : `${label}: ${said(was)} → ${said(now)}`;
  });
}
