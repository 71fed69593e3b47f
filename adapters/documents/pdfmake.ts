import { createRequire } from 'node:module';

/**
 * The part of pdfmake that is used, typed here: @types/pdfmake brings the browser's globals into every file of the program, procedures too.
 */
interface Pdfmake {
  setFonts(fonts: Readonly<Record<string, Readonly<Record<'normal' | 'bold' | 'italics' | 'bolditalics', string>>>>): void;
  setUrlAccessPolicy(allowed: (url: string) => boolean): void;
  setLocalAccessPolicy(allowed: (path: string) => boolean): void;
  createPdf(definition: PdfDefinition): { getBuffer(): Promise<Buffer> };
}

/** Left, top, right and bottom, in points. */
type Margin = [left: number, top: number, right: number, bottom: number];

interface Style {
  readonly margin?: Margin;
  readonly fontSize?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly alignment?: 'left' | 'center' | 'right';
  readonly lineHeight?: number;
  /** As a column: points, what is left, or what it needs. */
  readonly width?: number | '*' | 'auto';
  /** As a cell. */
  readonly fillColor?: string;
  readonly unbreakable?: boolean;
}

interface TableLines {
  readonly hLineWidth?: (line: number, node: { readonly table: { readonly body: readonly unknown[] } }) => number;
  readonly vLineWidth?: (line: number) => number;
  readonly hLineColor?: (line: number, node: { readonly table: { readonly body: readonly unknown[] } }) => string;
  readonly vLineColor?: () => string;
  readonly paddingLeft?: () => number;
  readonly paddingRight?: () => number;
  readonly paddingTop?: () => number;
  readonly paddingBottom?: () => number;
}

/** A piece of a page. pdfmake writes into what it is given, so every piece is made anew for each document. */
export type Content =
  | Content[]
  | (Style & { readonly text: string | Content[] })
  | (Style & { readonly stack: Content[] })
  | (Style & { readonly columns: Content[]; readonly columnGap?: number })
  | (Style & { readonly canvas: Record<string, string | number>[] })
  | (Style & {
      readonly table: {
        readonly widths: (number | '*')[];
        readonly body: Content[][];
        readonly headerRows?: number;
        readonly keepWithHeaderRows?: number;
        readonly dontBreakRows?: boolean;
      };
      readonly layout: TableLines;
    });

export interface PdfDefinition {
  readonly pageSize: 'A4';
  readonly pageMargins: Margin;
  readonly defaultStyle: Style & { readonly font: string };
  readonly content: Content[];
  readonly footer: (page: number, pages: number) => Content;
  readonly info?: Readonly<Record<string, string | Date>>;
}

const require = createRequire(import.meta.url);

/** The program's one pdfmake: its fonts and policies are set once. */
export const pdfmake = require('pdfmake') as Pdfmake;
