import { type Currency, decimalsOf, formatInteger, formatMoney } from '../../domain/texts/format.js';
import { dayOf, momentOf } from '../parts/time.js';
import type { Language, Say } from '../texts/language.js';

export interface Cell {
  readonly text: string;
  readonly isNumber?: boolean;
}

/** A part of what is shown with a task or a case, in the reader's words. */
export type Fact =
  | { readonly kind: 'fact'; readonly label: string; readonly cell: Cell }
  | { readonly kind: 'group'; readonly label: string; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'table';
      readonly label: string;
      readonly columns: readonly { readonly label: string; readonly isNumber: boolean }[];
      readonly rows: readonly { readonly id: string; readonly cells: readonly Cell[]; readonly details: readonly string[] }[];
    };

export interface FactReader {
  readonly say: Say;
  /** The name of a field, where there is one. */
  readonly field: (name: string) => string | undefined;
  /** The name of a value such as `rush`, where there is one. */
  readonly value: (name: string) => string | undefined;
  readonly language: Language;
  readonly now: number;
  readonly zone: string;
}

type Thing = Readonly<Record<string, unknown>>;
const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null && !Array.isArray(value);
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const isWords = (value: Thing): boolean =>
  typeof value['zh'] === 'string' && typeof value['en'] === 'string' && typeof value['id'] === 'string';

/** What a page shows elsewhere, or what only programs read. */
const elsewhere = new Set(['findings', 'refusal', 'rule', 'fields', 'values']);

/** What is shown, as labelled facts. `without`: fields that the page itself shows. */
export function factsOf(data: unknown, reader: FactReader, without: readonly string[] = []): readonly Fact[] {
  if (!isThing(data)) return Array.isArray(data) ? factsOf({ lines: data }, reader, without) : [];
  const money = currencyIn(data) ?? 'CNY';
  return inOrder(Object.entries(data)).flatMap(([name, value]) =>
    without.includes(name) || elsewhere.has(name) ? [] : factOf(name, value, reader, money),
  );
}

/** Plain facts first, then groups, then tables. */
function inOrder(entries: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  const rank = (value: unknown): number =>
    Array.isArray(value) || (isThing(value) && isById(value)) ? 2 : isThing(value) && !isWords(value) ? 1 : 0;
  return entries.toSorted(([, a], [, b]) => rank(a) - rank(b));
}

function currencyIn(value: unknown): Currency | undefined {
  if (!isThing(value)) return undefined;
  const own = value['currency'];
  if (typeof own === 'string' && own in decimalsOf) return own as Currency;
  return Object.values(value)
    .map(currencyIn)
    .find((one) => one !== undefined);
}

/** Things by the ids of lines, as what a step answered line by line shows. */
const isById = (value: Thing): boolean => {
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([id, one]) => /^[0-9][\w.-]*$/.test(id) && isThing(one));
};

function factOf(name: string, value: unknown, reader: FactReader, money: Currency): readonly Fact[] {
  if (value === null || value === undefined || value === '') return [];
  const label = reader.field(name) ?? reader.say('web.field-other');
  if (Array.isArray(value)) return listOf(label, value, reader, money);
  if (!isThing(value) || isWords(value)) return [{ kind: 'fact', label, cell: cellOf(name, value, reader, money) }];
  if (isById(value))
    return listOf(
      label,
      Object.entries(value).map(([id, one]) => ({ id, ...(one as Thing) })),
      reader,
      money,
    );
  const facts = inOrder(Object.entries(value)).flatMap(([inner, one]) =>
    elsewhere.has(inner) ? [] : factOf(inner, one, reader, currencyIn(value) ?? money),
  );
  return facts.length === 0 ? [] : [{ kind: 'group', label, facts }];
}

function listOf(label: string, values: readonly unknown[], reader: FactReader, money: Currency): readonly Fact[] {
  if (values.length === 0) return [];
  const things = values.filter(isThing);
  if (things.length < values.length)
    return [{ kind: 'fact', label, cell: { text: values.map((one) => cellOf('', one, reader, money).text).join(', ') } }];
  const names = columnsOf(things);
  return [
    {
      kind: 'table',
      label,
      columns: names.map((name) => ({ label: headOf(name, reader), isNumber: things.some((one) => typeof one[name] === 'number') })),
      rows: things.map((one, index) => ({
        id: textIn(one['id']) ?? textIn(one['line']) ?? String(index),
        cells: names.map((name) =>
          one[name] === undefined || one[name] === null ? { text: '—' } : cellOf(name, one[name], reader, money),
        ),
        details: Object.entries(one).flatMap(([name, inner]) => detailsOf(name, inner, reader, money)),
      })),
    },
  ];
}

const headOf = (name: string, { field, say }: FactReader): string =>
  name === 'id' || name === 'line' ? say('web.line-no') : (field(name) ?? say('web.field-other'));

const columnOrder = ['id', 'line', 'code', 'product', 'name', 'quantity', 'unit', 'unitPriceMinor', 'amountMinor'];

function columnsOf(things: readonly Thing[]): readonly string[] {
  const names = [...new Set(things.flatMap((one) => Object.keys(one)))].filter(
    (name) =>
      !elsewhere.has(name) &&
      things.some((one) => one[name] !== undefined && (!isThing(one[name]) || isWords(one[name])) && !Array.isArray(one[name])),
  );
  const rank = (name: string): number => (columnOrder.includes(name) ? columnOrder.indexOf(name) : columnOrder.length);
  return names.toSorted((a, b) => rank(a) - rank(b));
}

/** What a row holds beyond its cells, such as the parts of a set, in one line each. */
function detailsOf(name: string, value: unknown, reader: FactReader, money: Currency): readonly string[] {
  if (!isThing(value) || isWords(value) || elsewhere.has(name)) return [];
  return [`${reader.field(name) ?? reader.say('web.field-other')}: ${partsOf(value, reader, money)}`];
}

function partsOf(value: Thing, reader: FactReader, money: Currency): string {
  return Object.entries(value)
    .map(([name, one]) => {
      if (!isThing(one) || isWords(one))
        return name === 'code' ? cellOf(name, one, reader, money).text : labelled(name, one, reader, money);
      const { code, quantity, ...others } = one;
      const part = [code, typeof quantity === 'number' ? `× ${formatInteger(quantity, reader.language)}` : undefined]
        .filter(Boolean)
        .join(' ');
      return `${reader.field(name) ?? reader.say('web.field-other')} ${[part, partsOf(others, reader, money)].filter((text) => text !== '').join(' ')}`;
    })
    .join(reader.language === 'zh' ? '，' : ', ');
}

const labelled = (name: string, value: unknown, reader: FactReader, money: Currency): string =>
  `${reader.field(name) ?? reader.say('web.field-other')} ${cellOf(name, value, reader, money).text}`;

function cellOf(name: string, value: unknown, reader: FactReader, money: Currency): Cell {
  const { language, say, now } = reader;
  if (typeof value === 'boolean') return { text: say(value ? 'web.yes' : 'web.no') };
  if (typeof value === 'number') {
    if (name.endsWith('Minor')) return { text: formatMoney(BigInt(value), money, language), isNumber: true };
    if (name.endsWith('At')) return { text: momentOf(value, reader) };
    return { text: formatInteger(value, language), isNumber: true };
  }
  if (isThing(value)) return { text: textIn(value[language]) ?? '' };
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { text: dayOf(text, language, now) };
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return { text: momentOf(text, reader) };
  return { text: (/^[a-z][A-Za-z-]*$/.test(text) ? reader.value(text) : undefined) ?? text };
}
