/** Goods that a return brings back, as they are booked. */
export interface ReturnRequest {
  readonly company: string;
  readonly caseId: string;
  /** Names the booking: asked again under the same key, nothing is booked a second time. */
  readonly key: string;
  readonly order: string;
  readonly lines: readonly { readonly line: string; readonly quantity: number }[];
}
/** Not posted: the books do not have the order, or have not so much of a line shipped that has not come back. Nothing is booked then. */
export type Posted =
  | { readonly posted: true }
  | {
      readonly posted: false;
      readonly code: 'ORDER_UNKNOWN' | 'RETURN_ABOVE_SHIPPED';
      readonly values: Readonly<Record<string, string | number>>;
    };

/** The trade books' side of a return. */
export interface ReturnBooks {
  /** What the same case has booked before is given up first, also when the new booking is refused. */
  takeBack(request: ReturnRequest): Promise<Posted>;
  /** Whether something was booked under a key. */
  tookBack(key: string): Promise<boolean>;
  /** Gives up what a case has booked. */
  giveUp(caseId: string): Promise<void>;
}
