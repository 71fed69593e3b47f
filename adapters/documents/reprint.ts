import type { DocumentStore, Letterhead } from '../../domain/documents/document.js';
import { dateAt } from '../../domain/time/days.js';
import type { Print, Printer } from './printer.js';

export interface Reprint extends Print {
  /** Which reprint, from 1; it stands on every page. */
  readonly n: number;
  readonly number: string;
}

/**
 * Prints a document again: as it was, marked with which reprint it is, and with the number of the one that replaced it, if one did. Counted, with who
 * and when. Undefined: there is no such document.
 */
export async function printAgain(
  { documents, printer }: { readonly documents: Pick<DocumentStore, 'get' | 'countReprint' | 'replacedBy'>; readonly printer: Printer },
  id: string,
  { by, at, utcOffsetMinutes }: { readonly by: string; readonly at: number } & Pick<Letterhead, 'utcOffsetMinutes'>,
): Promise<Reprint | undefined> {
  const document = await documents.get(id);
  const n = await documents.countReprint(id, by, at);
  if (document === undefined || n === undefined) return undefined;
  const replacedBy = await documents.replacedBy(id);
  const print = await printer.print(document.content, {
    at,
    marks: { reprint: { n, date: dateAt(at, utcOffsetMinutes) }, ...(replacedBy === undefined ? {} : { replacedBy: replacedBy.number }) },
  });
  return { ...print, n, number: document.number };
}
