import type { Schemas } from '../api/types.js';

type Product = Schemas['ProductList']['items'][number];

/** A line of an order while it is entered: texts as typed. */
export interface LineDraft {
  readonly code: string;
  readonly name: string;
  readonly quantity: string;
  readonly unit: string;
  readonly price: string;
  readonly requestedDate: string;
  /** What the catalogue says belongs to it: its parts for one set, length and groove. */
  readonly entry?: Product['entry'];
}

export const emptyLine: LineDraft = { code: '', name: '', quantity: '', unit: '', price: '', requestedDate: '' };

export const isBlankLine = ({ entry: _entry, ...line }: LineDraft): boolean => Object.values(line).every((text) => text.trim() === '');

/** A line as the catalogue fills it; what was typed of quantity and date stays. */
export function lineFrom(line: LineDraft, { entry, name, unit }: Product, currency: string, decimals: number): LineDraft {
  const price = entry.prices?.[currency as keyof typeof entry.prices];
  return {
    ...line,
    code: entry.code,
    name: name.zh,
    unit,
    price: price === undefined ? line.price : (price / 10 ** decimals).toFixed(decimals),
    entry,
  };
}

export interface Amounts {
  readonly quantity: number | undefined;
  readonly price: number | undefined;
}

/** The line as the API takes it. Parts of a set go with the quantity. */
export function lineOf(line: LineDraft, index: number, { quantity, price }: Amounts): Record<string, unknown> {
  const { entry } = line;
  const set = entry?.set;
  return {
    id: String(index + 1),
    code: line.code.trim(),
    name: line.name.trim(),
    quantity: quantity ?? 0,
    unit: line.unit.trim(),
    unitPriceMinor: price ?? 0,
    ...(line.requestedDate === '' ? {} : { requestedDate: line.requestedDate }),
    ...(entry?.lengthMm === undefined ? {} : { lengthMm: entry.lengthMm }),
    ...(entry?.groove === undefined ? {} : { groove: entry.groove }),
    ...(set === undefined
      ? {}
      : {
          set: Object.fromEntries(
            Object.entries(set).map(([part, { code, perSet }]) => [part, { code, quantity: perSet * (quantity ?? 0) }]),
          ),
        }),
  };
}

/**
 * Lines out of cells copied from a spreadsheet, row by row: the first word is the code, the next the name, then quantity and price as they come;
 * a heading row, which has no figure, is left out. Undefined: it is no table.
 */
export function linesPasted(text: string, dayTyped: (text: string) => string | undefined): readonly LineDraft[] | undefined {
  const rows = text
    .replace(/\r/g, '')
    .split('\n')
    .filter((row) => row.trim() !== '')
    .map((row) => row.split('\t').map((cell) => cell.trim()));
  if (!rows.some((cells) => cells.length > 1)) return undefined;
  return rows.filter((cells) => cells.some((cell) => /^\d/.test(cell))).map((cells) => lineFromCells(cells, dayTyped));
}

function lineFromCells([code = '', ...cells]: readonly string[], dayTyped: (text: string) => string | undefined): LineDraft {
  const isFigure = (cell: string): boolean => /^[\d.,\s]+$/.test(cell);
  const days = cells.filter((cell) => !isFigure(cell) && dayTyped(cell) !== undefined && /\d/.test(cell) && /[-/月]/.test(cell));
  const words = cells.filter((cell) => cell !== '' && !isFigure(cell) && !days.includes(cell));
  const [quantity = '', price = ''] = cells.filter((cell) => cell !== '' && isFigure(cell));
  const [name = '', unit = ''] = words;
  const [day] = days;
  return { code, name, quantity, unit, price, requestedDate: day === undefined ? '' : (dayTyped(day) ?? '') };
}
