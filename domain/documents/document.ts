import type { Locale } from '../texts/texts.js';
import { type PaperContent, paperKinds } from './paper.js';
import type { ReplyContent } from './reply.js';

/** Kinds of documents that are numbered and kept, with the letters of their numbers. */
export const documentKinds = { 'order-reply': 'OR', ...paperKinds } as const;
export type DocumentKind = keyof typeof documentKinds;
/** What stands on a document. */
export type DocumentContent = ReplyContent | PaperContent;

/** `HH-OR-2026-00042`: company prefix, kind, year at the company's site, running number. Five digits at least, never cut. */
export function documentNumber(prefix: string, kind: DocumentKind, year: number, n: number): string {
  return `${prefix}-${documentKinds[kind]}-${year}-${String(n).padStart(5, '0')}`;
}

/** What stands on a company's paper and on its mail. */
export interface Letterhead {
  readonly name: Readonly<Record<Locale, string>>;
  /** Address, telephone and whatever else follows the name, line by line. */
  readonly words: Readonly<Record<Locale, readonly string[]>>;
  /** Prefix of its document numbers, e.g. HH. */
  readonly prefix: string;
  /** Whom its mail comes from; the company's own name when no other is said. */
  readonly from: { readonly name?: Readonly<Record<Locale, string>>; readonly email: string; readonly replyTo?: string };
  readonly utcOffsetMinutes: number;
}

/** Who issues a document that no person printed. */
export const issuedBy = 'engine';

/** A document as it is kept. Its bytes are kept apart, by their hash. */
export interface KeptDocument {
  /** `company:number`. */
  readonly id: string;
  readonly caseId: string;
  readonly company: string;
  readonly kind: DocumentKind;
  readonly number: string;
  readonly language: Locale;
  /** 1, and one more for each correction. */
  readonly version: number;
  /** Id of the document that this one corrects. */
  readonly replaces?: string;
  /** SHA-256 of the bytes, in hex. */
  readonly hash: string;
  readonly size: number;
  /** What was printed, so that it can be printed again. */
  readonly content: DocumentContent;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly by: string;
  /** How often it was printed again. */
  readonly reprints: number;
}

/** How a document is issued: everything but what its number decides. */
export interface IssueRequest {
  /** Names the issue: asked again under the same key, the same document comes back and no second number is used. */
  readonly key: string;
  readonly caseId: string;
  readonly company: string;
  readonly kind: DocumentKind;
  readonly prefix: string;
  /** Year of the number series. */
  readonly year: number;
  readonly language: Locale;
  readonly version: number;
  readonly replaces?: string;
  readonly createdAt: number;
  readonly by: string;
}
export interface Printed {
  readonly bytes: Uint8Array;
  readonly content: DocumentContent;
}

/** Where documents are kept. */
export interface DocumentStore {
  /**
   * Numbers, prints and keeps a document in one transaction: whatever fails leaves no gap in the numbers of its company, kind and year. Issues of one
   * series wait for each other while they print.
   */
  issue(request: IssueRequest, print: (number: string) => Promise<Printed>): Promise<KeptDocument>;
  /** By its id. */
  get(id: string): Promise<KeptDocument | undefined>;
  /** What was issued under a key. */
  byKey(key: string): Promise<KeptDocument | undefined>;
  /** The latest document of a kind in a case. */
  latest(caseId: string, kind: DocumentKind): Promise<KeptDocument | undefined>;
  /** The bytes as they were issued. */
  bytes(id: string): Promise<Uint8Array | undefined>;
  /** The document that replaced this one. */
  replacedBy(id: string): Promise<KeptDocument | undefined>;
  /** Counts one more reprint, with who and when; returns its number, 1 for the first. Undefined: there is no such document. */
  countReprint(id: string, by: string, at: number): Promise<number | undefined>;
}

/** The content of a written reply. @throws Error on another kind of document */
export function replyIn({ id, content }: Pick<KeptDocument, 'id' | 'content'>): ReplyContent {
  if ('paper' in content) throw new Error(`document ${id} is not a reply`);
  return content;
}
