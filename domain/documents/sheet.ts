/** Marks that a print carries beside its content. */
export interface PrintMarks {
  /** Printed again: which time, and on which date. */
  readonly reprint?: { readonly n: number; readonly date: string };
  /** Number of the document that has replaced this one since. */
  readonly replacedBy?: string;
}

/** What every document has in its place, in its own language, and nothing of how a page is drawn. */
export interface Sheet {
  readonly title: string;
  /** Below the title: that it is a corrected one. */
  readonly mark?: string;
  /** Said above everything else: a document that is no longer valid. */
  readonly banner?: string;
  readonly company: string;
  readonly companyWords: readonly string[];
  readonly footer: { readonly left: string; readonly middle?: string; readonly right: (page: number, pages: number) => string };
}
