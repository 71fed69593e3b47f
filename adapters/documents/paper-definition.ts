import type { PaperLayout } from '../../domain/documents/paper.js';
import type { Content, PdfDefinition } from './pdfmake.js';
import { band, bannerOf, footer, letterhead, page, quiet, rule } from './sheet.js';

/** Widths of the table's columns, in points: all fixed, so that a long word cannot push the table off the page. */
const widths = [28, 110, 220, 70, 44];
const alignments = ['center', 'left', 'left', 'right', 'center'] as const;

/** The layout of a paper as pdfmake draws it, on A4. `show` is what becomes of a text before it is drawn. */
export function paperDefinition(layout: PaperLayout, show: (text: string) => string): PdfDefinition {
  return {
    ...page,
    content: [
      ...bannerOf(layout, show),
      letterhead(layout, show),
      facts(layout, show),
      ...layout.paragraphs.map((text): Content => ({ text: show(text) || ' ', margin: [0, 0, 0, 8] })),
      ...(layout.rows.length === 0 ? [] : [lines(layout, show)]),
      { text: show(layout.lineCount), color: quiet, fontSize: 8.5, margin: [4, 6, 0, 18] },
      signatures(layout, show),
    ],
    footer: (page: number, pages: number) => footer(layout, show, page, pages),
  };
}

function facts(layout: PaperLayout, show: (text: string) => string): Content {
  return {
    table: {
      widths: [106, 390],
      body: layout.facts.map(([label, value]) => [
        { text: show(label), color: quiet },
        { text: show(value), bold: true },
      ]),
    },
    layout: { hLineWidth: () => 0, vLineWidth: () => 0, paddingLeft: () => 0, paddingTop: () => 1, paddingBottom: () => 1 },
    margin: [0, 0, 0, 12],
  };
}

function lines({ head, rows }: PaperLayout, show: (text: string) => string): Content {
  const body: Content[][] = [
    head.map((text, column) => ({ text: show(text), bold: true, fontSize: 8, alignment: alignments[column] ?? 'left', fillColor: band })),
    ...rows.map((cells) => cells.map((cell, column) => bodyCell(cell, alignments[column] ?? 'left', show))),
  ];
  return {
    table: { headerRows: 1, dontBreakRows: true, keepWithHeaderRows: 1, widths: [...widths], body },
    lineHeight: 1,
    layout: {
      hLineWidth: (line, { table }) => (line <= 1 || line === table.body.length ? 0.8 : 0.4),
      vLineWidth: () => 0,
      hLineColor: (line, { table }) => (line <= 1 || line === table.body.length ? quiet : rule),
      paddingLeft: () => 3,
      paddingTop: () => 3,
      paddingBottom: () => 3,
    },
  };
}

function bodyCell(
  cell: PaperLayout['rows'][number][number],
  alignment: (typeof alignments)[number],
  show: (text: string) => string,
): Content {
  if (typeof cell === 'string') return { text: show(cell), alignment };
  const [first = '', ...below] = cell;
  return {
    stack: [{ text: show(first) }, ...below.map((text): Content => ({ text: show(text), fontSize: 7.5, color: quiet }))],
    alignment,
  };
}

/** A line to sign on for each. */
function signatures({ signatures: signers }: PaperLayout, show: (text: string) => string): Content {
  return {
    unbreakable: true,
    stack: [
      {
        columns: signers.map(
          (signer): Content => ({
            stack: [
              { text: ' ', margin: [0, 0, 0, 18] },
              { canvas: [{ type: 'line', x1: 0, y1: 0, x2: 130, y2: 0, lineWidth: 0.6, lineColor: quiet }] },
              { text: show(signer), fontSize: 8.5, color: quiet, margin: [0, 2, 0, 0] },
            ],
          }),
        ),
        columnGap: 16,
      },
    ],
  };
}
