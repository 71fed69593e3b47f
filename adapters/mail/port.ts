/** A mail to one addressee. */
export interface OutgoingMail {
  /** With its angle brackets. */
  readonly messageId: string;
  readonly caseId: string;
  /** Epoch milliseconds. */
  readonly date: number;
  readonly from: { readonly name: string; readonly email: string };
  readonly replyTo?: string;
  readonly to: { readonly name?: string; readonly email: string };
  /** Message id of the mail that this one corrects. */
  readonly follows?: string;
  readonly subject: string;
  readonly text: string;
  readonly attachment?: { readonly name: string; readonly type: string; readonly bytes: Uint8Array };
}

/** What a mail system said in the end. Anything else is a passing fault, and thrown: then nothing was accepted. */
export type MailAnswer =
  | { readonly state: 'handed-over'; readonly answer: string }
  | { readonly state: 'refused'; readonly answer: string }
  /** The message was on its way when the connection was lost: nobody here knows whether it was accepted. */
  | { readonly state: 'unknown'; readonly answer: string };

/** Whoever hands a mail over keeps these words with its caller. */
export interface Handing {
  /** Stops it, as long as the first byte of the message has not been sent. */
  readonly signal: AbortSignal;
  /** Awaited once, right before the first byte of the message is sent; when it throws, nothing is sent. However the mail ends, it ends after this. */
  beforeMessage(): Promise<void>;
}

/** A system that takes mail. */
export interface MailPort {
  /** Its name in the log: `smtp`, `outbox`. */
  readonly route: string;
  send(mail: OutgoingMail, handing: Handing): Promise<MailAnswer>;
  /** Whether it has a mail; only where it can tell. */
  readonly has?: (messageId: string) => Promise<boolean>;
}
