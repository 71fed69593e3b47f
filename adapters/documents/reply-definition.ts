import type { Cell, ReplyLayout } from '../../domain/documents/reply.js';
import type { Content, PdfDefinition } from './pdfmake.js';
import { band, bannerOf, footer, letterhead, page, quiet, rule } from './sheet.js';

/**
 * Widths of the table's columns, in points. All are fixed and leave room for the padding on both sides: a column that takes what is left would
 * grow with a word that cannot be broken, and push the table off the page.
 */
const padding = 3;
const widths = [20, 84, 125, 42, 28, 48, 56, 60];
const alignments = ['center', 'left', 'left', 'right', 'center', 'right', 'center', 'right'] as const;
/** Widths of a label and its value above the table. */
const factWidths = [106, 134];

/**
 * A reply's layout as pdfmake draws it, on A4. `show` is what becomes of a text before it is drawn.
 */
export function replyDefinition(layout: ReplyLayout, show: (text: string) => string): PdfDefinition {
  return {
    ...page,
    content: [
      ...bannerOf(layout, show),
      letterhead(layout, show),
      facts(layout, show),
      { text: show(layout.greeting), margin: [0, 0, 0, 4] },
      { text: show(layout.opening), margin: [0, 0, 0, 10] },
      lines(layout, show),
      total(layout, show),
      ...layout.footnotes.map((note): Content => ({ text: show(note), fontSize: 8, color: quiet, margin: [0, 0, 0, 2] })),
      ...messageOf(layout, show),
      ending(layout, show),
    ],
    footer: (page: number, pages: number) => footer(layout, show, page, pages),
  };
}

function facts({ facts: { left, right } }: ReplyLayout, show: (text: string) => string): Content {
  const side = (rows: ReplyLayout['facts']['left']): Content => ({
    table: {
      widths: [...factWidths],
      body: rows.map(([label, value]) => [
        { text: show(label), color: quiet },
        { text: show(value), bold: true },
      ]),
    },
    layout: {
      hLineWidth: () => 0,
      vLineWidth: () => 0,
      paddingLeft: () => 0,
      paddingRight: () => 6,
      paddingTop: () => 1,
      paddingBottom: () => 1,
    },
  });
  return { columns: [side(left), side(right)], columnGap: 18, margin: [0, 0, 0, 14] };
}

function lines({ head, rows }: ReplyLayout, show: (text: string) => string): Content {
  const body: Content[][] = [
    head.map((text, column) => ({ text: show(text), bold: true, fontSize: 8, alignment: alignments[column] ?? 'left', fillColor: band })),
    ...rows.map(({ cells, changed }) => cells.map((cell, column) => bodyCell(cell, column, changed, show))),
  ];
  return {
    table: { headerRows: 1, dontBreakRows: true, keepWithHeaderRows: 1, widths: [...widths], body },
    fontSize: 8.5,
    lineHeight: 1,
    layout: {
      hLineWidth: (line, { table }) => (line === 0 || line === 1 || line === table.body.length ? 0.8 : 0.4),
      vLineWidth: () => 0,
      hLineColor: (line, { table }) => (line === 0 || line === 1 || line === table.body.length ? quiet : rule),
      paddingLeft: () => padding,
      paddingRight: () => padding,
      paddingTop: () => 2.5,
      paddingBottom: () => 2.5,
    },
  };
}

function bodyCell({ text, below }: Cell, column: number, changed: boolean, show: (text: string) => string): Content {
  const alignment = alignments[column] ?? 'left';
  const now = { text: show(text), bold: changed && (column === 0 || below !== undefined) };
  return below === undefined ? { ...now, alignment } : { stack: [now, { text: show(below), fontSize: 7, color: quiet }], alignment };
}

function total({ lineCount, total: { label, amount } }: ReplyLayout, show: (text: string) => string): Content {
  return {
    columns: [
      { text: show(lineCount), color: quiet, fontSize: 8.5, margin: [4, 2, 0, 0] },
      {
        text: [
          { text: `${show(label)}   `, color: quiet },
          { text: show(amount), bold: true, fontSize: 11.5 },
        ],
        alignment: 'right',
        margin: [0, 0, 4, 0],
      },
    ],
    margin: [0, 6, 0, 8],
  };
}

function messageOf({ message }: ReplyLayout, show: (text: string) => string): Content[] {
  if (message === undefined) return [];
  const stack: Content[] = [
    { text: show(message.label), bold: true, fontSize: 8.5, color: quiet, margin: [0, 0, 0, 2] },
    ...message.paragraphs.map((paragraph): Content => ({ text: show(paragraph) || ' ' })),
  ];
  return [
    {
      table: { widths: ['*'], body: [[{ stack }]] },
      layout: {
        hLineWidth: () => 0,
        vLineWidth: (line) => (line === 0 ? 2 : 0),
        vLineColor: () => rule,
        paddingLeft: () => 8,
        paddingTop: () => 1,
        paddingBottom: () => 1,
      },
      margin: [0, 6, 0, 4],
    },
  ];
}

function ending({ closing, regards, signature }: ReplyLayout, show: (text: string) => string): Content {
  return {
    unbreakable: true,
    stack: [
      { text: show(closing), margin: [0, 8, 0, 14] },
      { text: show(regards), margin: [0, 0, 0, 14] },
      ...signature.map((text, index): Content => ({ text: show(text), bold: index === signature.length - 1 })),
    ],
  };
}
