import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { DocumentContent } from '../../domain/documents/document.js';
import { layPaper } from '../../domain/documents/paper.js';
import { layReply } from '../../domain/documents/reply.js';
import type { PrintMarks } from '../../domain/documents/sheet.js';
import { type FontCoverage, readFontCoverage } from './font-coverage.js';
import { paperDefinition } from './paper-definition.js';
import { pdfmake } from './pdfmake.js';
import { replyDefinition } from './reply-definition.js';

/** A printed document. */
export interface Print {
  readonly bytes: Uint8Array;
  /** Characters that the font does not have, each once. Where they belong stands `[U+…]` instead of a box. */
  readonly missing: readonly string[];
}

export interface Printer {
  /** Prints a document as PDF. `at`, epoch milliseconds, is the PDF's own date: equal content, marks and `at` give equal bytes. */
  print(content: DocumentContent, options: { readonly at: number; readonly marks?: PrintMarks }): Promise<Print>;
}

const require = createRequire(import.meta.url);
const regular = require.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');
const bold = require.resolve('@expo-google-fonts/noto-sans-sc/600SemiBold/NotoSansSC_600SemiBold.ttf');

/** A printer with Noto Sans SC, which has Chinese, Latin, Greek and Cyrillic. It reads its fonts, and nothing else from disk or network. */
export function createPrinter(): Printer {
  pdfmake.setFonts({ NotoSansSC: { normal: regular, bold, italics: regular, bolditalics: bold } });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path === regular || path === bold);
  let coverage: FontCoverage | undefined;
  return {
    async print(content, { at, marks }) {
      coverage ??= readFontCoverage(readFileSync(regular));
      const missing = new Set<string>();
      const show = shower(coverage, missing);
      const definition =
        'paper' in content ? paperDefinition(layPaper(content, marks), show) : replyDefinition(layReply(content, marks), show);
      const info = {
        title: content.number,
        author: content.company.name,
        creationDate: new Date(at),
        producer: 'Gendan',
        creator: 'Gendan',
      };
      const bytes = await pdfmake.createPdf({ ...definition, info }).getBuffer();
      return { bytes, missing: [...missing] };
    },
  };
}

/** Leaves out what is invisible by its nature, and writes what the font lacks as its code. */
function shower(coverage: FontCoverage, missing: Set<string>): (text: string) => string {
  return (text) => {
    let shown = '';
    for (const character of text.replace(/\t/g, ' ').replace(/[\p{Default_Ignorable_Code_Point}\r\n]/gu, '')) {
      const code = character.codePointAt(0) ?? 0;
      if (coverage.has(code)) shown += character;
      else {
        missing.add(character);
        shown += `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
      }
    }
    return shown;
  };
}
