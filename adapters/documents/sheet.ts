import type { Sheet } from '../../domain/documents/sheet.js';
import type { Content, PdfDefinition } from './pdfmake.js';

const ink = '#1f2933';
export const quiet = '#5f6c7b';
export const rule = '#c5ccd4';
export const band = '#eef2f6';
const alert = '#a4262c';
const margin = 42;
/** The sheet that every document is set on. */
export const page = {
  pageSize: 'A4',
  pageMargins: [margin, 40, margin, 54],
  defaultStyle: { font: 'NotoSansSC', fontSize: 9.5, lineHeight: 1.1, color: ink },
} satisfies Omit<PdfDefinition, 'content' | 'footer'>;

/** Above everything else: that the document is no longer valid. */
export function bannerOf({ banner }: Pick<Sheet, 'banner'>, show: (text: string) => string): Content[] {
  if (banner === undefined) return [];
  const cell: Content = { text: show(banner), bold: true, color: alert, alignment: 'center', margin: [0, 3, 0, 3] };
  return [
    {
      table: { widths: ['*'], body: [[cell]] },
      layout: { hLineColor: () => alert, vLineColor: () => alert, hLineWidth: () => 1, vLineWidth: () => 1 },
      margin: [0, 0, 0, 12],
    },
  ];
}

/** Who issues it, and what it is. */
export function letterhead(
  { company, companyWords, title, mark }: Pick<Sheet, 'company' | 'companyWords' | 'title' | 'mark'>,
  show: (text: string) => string,
): Content {
  return [
    {
      columns: [
        [
          { text: show(company), fontSize: 14, bold: true },
          ...companyWords.map((words): Content => ({ text: show(words), fontSize: 8, color: quiet })),
        ],
        {
          width: 210,
          stack: [
            { text: show(title), fontSize: 14, bold: true },
            ...(mark === undefined ? [] : [{ text: show(mark), fontSize: 10, bold: true, color: alert } as const]),
          ],
          alignment: 'right',
        },
      ],
      columnGap: 16,
    },
    { canvas: [{ type: 'line', x1: 0, y1: 0, x2: 595 - 2 * margin, y2: 0, lineWidth: 1.2, lineColor: ink }], margin: [0, 6, 0, 10] },
  ];
}

/** Number, case and page, on every page. */
export function footer(
  { footer: { left, middle, right } }: Pick<Sheet, 'footer'>,
  show: (text: string) => string,
  page: number,
  pages: number,
): Content {
  return {
    margin: [margin, 18, margin, 0],
    fontSize: 7.5,
    color: quiet,
    columns: [
      { text: show(left), width: '*' },
      ...(middle === undefined ? [] : [{ text: show(middle), width: 'auto', bold: true, color: alert } as const]),
      { text: show(right(page, pages)), width: '*', alignment: 'right' },
    ],
  };
}
