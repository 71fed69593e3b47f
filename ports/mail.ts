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

/**
 * What became of a mail. `prepared`: written down, nothing sent. `handing-over`: from the first byte of the message on, until the server's answer is
 * written down. `handed-over`: accepted by the server. `refused`: by the server, for good. `unknown`: the connection was lost before the answer came.
 */
export type MailState = 'prepared' | 'handing-over' | 'handed-over' | 'refused' | 'unknown';

/** A mail as the log keeps it. */
export interface MailRecord {
  /** The idempotency key of the effect that sends it. */
  readonly key: string;
  readonly caseId: string;
  readonly documentId: string;
  readonly messageId: string;
  readonly route: string;
  readonly to: string;
  readonly subject: string;
  readonly state: MailState;
  /** What the server said last, or what broke. */
  readonly answer?: string;
  readonly tries: number;
  /** In `handing-over`: for how long, milliseconds, by the database's clock. */
  readonly handingForMs: number;
  /** When it came to its state, epoch milliseconds. */
  readonly changedAt: number;
  /** Who said what became of a mail of unknown outcome. */
  readonly settledBy?: string;
}

/** How a try at a mail ended. `prepared`: a passing fault, to be tried again. */
export interface MailEnd {
  readonly state: 'prepared' | 'handed-over' | 'refused' | 'unknown';
  readonly answer: string;
}

/**
 * The log of mails: one row per idempotency key. A try holds the row by its `claim`; a later claim, or letting go, makes the earlier try stop before
 * the first byte of its message.
 */
export interface MailLog {
  find(key: string): Promise<MailRecord | undefined>;
  /** Whether a document has been mailed, or may have been. */
  mayHaveBeenSent(documentId: string): Promise<boolean>;
  /** Writes a mail down, or takes a prepared or refused one over, under a new claim. Returns it as it then is: in any other state it was not taken. */
  prepare(
    mail: Pick<MailRecord, 'key' | 'caseId' | 'documentId' | 'messageId' | 'route' | 'to' | 'subject'>,
    claim: string,
  ): Promise<MailRecord>;
  /** Takes a prepared mail away from whoever holds it. False: it is not prepared any more. */
  letGo(key: string): Promise<boolean>;
  /** Right before the first byte. False: the claim does not hold any more, nothing may be sent. */
  beginHandingOver(key: string, claim: string): Promise<boolean>;
  /** Writes the end of a try down, if its claim still holds. */
  end(key: string, claim: string, end: MailEnd): Promise<void>;
  /** Ends a handing over that nobody will report on any more. */
  endAbandoned(key: string, end: MailEnd): Promise<void>;
  /** A person says whether a mail of unknown outcome was sent. Not sent: it may be sent again. False: the mail's outcome is not unknown. */
  settle(key: string, settlement: { readonly sent: boolean; readonly by: string }): Promise<boolean>;
}

/** A mail kept instead of sent, for companies without a mail server. */
export interface KeptMail {
  readonly messageId: string;
  readonly caseId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}
export interface KeptMailStore {
  /** Keeps a mail with the whole message as it would have been sent. Once per message id. */
  keep(mail: KeptMail, raw: Uint8Array): Promise<void>;
  has(messageId: string): Promise<boolean>;
}
