import { randomUUID } from 'node:crypto';
import type { MailEnd, MailLog, MailPort, MailRecord, OutgoingMail } from '../../ports/mail.js';
import { type Call, PermanentFailure } from '../../ports/outside.js';

/** Hands mail over, and writes down what became of it. */
export interface Postman {
  readonly log: MailLog;
  readonly mail: MailPort;
}

/** A mail that the mail system accepted. */
export interface Sent {
  readonly messageId: string;
  readonly documentId: string;
  readonly route: string;
  readonly answer: string;
}

/** Longer than any try takes: a handing over as old as this has lost its process, and nobody will write its end down. */
const abandonedAfterMs = 120_000;

/** Who says so when a mail of unknown outcome was not sent: the case has the name of the person. */
const settledBy = 'repair';

/**
 * What came of the mail under a key; undefined when it was not sent, and then no earlier try can send it any more. `confirmedUndone`: a person has said
 * that it was not, which settles an unknown outcome.
 * @throws PermanentFailure MAIL_OUTCOME_UNKNOWN; Error while a try is on its way
 */
export async function sentUnder(postman: Postman, call: Pick<Call, 'idempotencyKey' | 'confirmedUndone'>): Promise<Sent | undefined> {
  const { log } = postman;
  const { idempotencyKey: key, confirmedUndone } = call;
  const record = await log.find(key);
  switch (record?.state) {
    case undefined:
    case 'refused':
      return undefined;
    case 'prepared':
      return (await log.letGo(key)) ? undefined : sentUnder(postman, call);
    case 'handed-over':
      return sentOf(record);
    case 'unknown':
      if (confirmedUndone !== true) throw unknown(record);
      await log.settle(key, { sent: false, by: settledBy });
      return sentUnder(postman, call);
    case 'handing-over':
      return endOf(postman, record);
  }
}

/**
 * Sends a mail once per idempotency key.
 * @throws PermanentFailure MAIL_REFUSED, MAIL_OUTCOME_UNKNOWN; Error for a passing fault
 */
export async function handOver({ log, mail }: Postman, call: Call, documentId: string, outgoing: OutgoingMail): Promise<Sent> {
  const { idempotencyKey: key } = call;
  const claim = randomUUID();
  const { messageId, caseId, subject } = outgoing;
  const record = await log.prepare({ key, caseId, documentId, messageId, route: mail.route, to: outgoing.to.email, subject }, claim);
  if (record.state === 'handed-over') return sentOf(record);
  if (record.state === 'unknown') throw unknown(record);
  if (record.state === 'handing-over') throw new Error('another try is handing the mail over');
  const end = await carry({ log, mail }, call.signal, { key, claim }, outgoing);
  if (end.state === 'refused') throw new PermanentFailure('MAIL_REFUSED', end.answer);
  if (end.state === 'unknown') throw unknown({ ...record, answer: end.answer });
  return { messageId, documentId, route: mail.route, answer: end.answer };
}

/** One try, with its end written down; a passing fault leaves the mail prepared. */
async function carry(
  { log, mail }: Postman,
  signal: AbortSignal,
  { key, claim }: { readonly key: string; readonly claim: string },
  outgoing: OutgoingMail,
): Promise<MailEnd> {
  const beforeMessage = async () => {
    if (!(await log.beginHandingOver(key, claim))) throw new Error('another try has taken the mail over');
  };
  try {
    const answer = await mail.send(outgoing, { signal, beforeMessage });
    await write(() => log.end(key, claim, answer));
    return answer;
  } catch (cause) {
    if (cause instanceof EndNotWritten) throw cause;
    const words = cause instanceof Error ? cause.message : String(cause);
    await log.end(key, claim, { state: 'prepared', answer: words }).catch(() => undefined);
    throw cause;
  }
}

/** The answer is known but could not be written down: the row says `handing-over`, and a person will be asked. */
class EndNotWritten extends Error {}

const patience = [100, 500, 2_000];

/** An answer that is lost costs a person's time, so it is not given up at the first fault. */
async function write(end: () => Promise<void>): Promise<void> {
  for (const wait of [...patience, undefined]) {
    try {
      return await end();
    } catch (cause) {
      if (wait === undefined) throw new EndNotWritten('what became of the mail could not be written down', { cause });
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** A mail whose try has not ended: its system may tell, or it is waited for until its process must be dead. */
async function endOf({ log, mail }: Postman, record: MailRecord): Promise<Sent | undefined> {
  const { key, messageId } = record;
  if (mail.route === record.route && mail.has !== undefined) {
    const has = await mail.has(messageId);
    await log.endAbandoned(
      key,
      has ? { state: 'handed-over', answer: 'found in the outbox' } : { state: 'prepared', answer: 'not in the outbox' },
    );
  } else {
    if (record.handingForMs < abandonedAfterMs) throw new Error('a try at the mail has not ended yet');
    await log.endAbandoned(key, { state: 'unknown', answer: 'the program ended while the mail was on its way' });
  }
  return sentUnder({ log, mail }, { idempotencyKey: key });
}

function sentOf({ messageId, documentId, route, answer }: MailRecord): Sent {
  return { messageId, documentId, route, answer: answer ?? '' };
}

function unknown({ to, subject, messageId, answer }: Pick<MailRecord, 'to' | 'subject' | 'messageId' | 'answer'>): PermanentFailure {
  return new PermanentFailure('MAIL_OUTCOME_UNKNOWN', `${answer ?? ''} (${to}, ${subject}, ${messageId})`, { unknown: true });
}
