import type pg from 'pg';
import { createBookEffects } from '../adapters/books/effects.js';
import { createBookReadings, createOrderReadings } from '../adapters/books/readings.js';
import { createStartCase } from '../adapters/cases/start-case.js';
import { createIssuePaper } from '../adapters/documents/issue-paper.js';
import { createPrinter } from '../adapters/documents/printer.js';
import { createSendReply } from '../adapters/documents/send-reply.js';
import { createKeptOutbox } from '../adapters/mail/kept-outbox.js';
import { createSmtpMail } from '../adapters/mail/smtp.js';
import { createAmendOrder } from '../adapters/orders/amend-order.js';
import { createPlacedOrder } from '../adapters/orders/readings.js';
import { createOrderBooks, createTradeBooks } from '../db/books.js';
import { calendarOf } from '../db/calendars.js';
import { createDocumentStore } from '../db/documents.js';
import { createKeptMailStore, createMailLog } from '../db/mail.js';
import { createOrderCases } from '../db/order-cases.js';
import { createBooks } from '../db/postings.js';
import type { Letterhead } from '../domain/documents/document.js';
import type { Books } from '../domain/policy/policy.js';
import type { MailPort } from '../ports/mail.js';
import type { CaseCommands } from '../ports/order-cases.js';
import type { Outside } from '../ports/outside.js';

export interface OutsideOptions {
  readonly pool: pg.Pool;
  /** Whose paper is printed on. */
  readonly books: Books;
  /** How other cases are told. */
  readonly commands: CaseCommands;
  /** The mail server; mail is kept instead of sent when absent. */
  readonly smtpUrl?: string | undefined;
}

/**
 * The systems that procedures reach, as this release has them. Connects to nothing: a mail server is met when there is mail.
 * @throws SmtpUrlError
 */
export function createOutsideSystems({ pool, books, commands, smtpUrl }: OutsideOptions): Outside {
  const trade = createTradeBooks(pool);
  const paper = {
    documents: createDocumentStore(pool),
    printer: createPrinter(),
    letterhead: async (company: string) => letterheadOf(books, company),
    customer: async (company: string, code: string) => trade.customer(company, code),
  };
  const sendReply = createSendReply({
    ...paper,
    mailLog: createMailLog(pool),
    mail: createMail({ pool, smtpUrl }),
  });
  const orders = createOrderCases(pool);
  const calendar = (company: string): ReturnType<typeof calendarOf> => calendarOf(pool, company);
  const utcOffsetMinutes = (company: string): number => books[company]?.company.utcOffsetMinutes ?? 0;
  return {
    effects: {
      'send-reply': sendReply,
      'issue-shipping-notice': createIssuePaper('shipping-notice', paper),
      'issue-delivery-note': createIssuePaper('delivery-note', paper),
      'issue-transport-notice': createIssuePaper('transport-notice', paper),
      'issue-gate-pass': createIssuePaper('gate-pass', paper),
      'issue-return-application': createIssuePaper('return-application', paper),
      'issue-return-note': createIssuePaper('return-note', paper),
      'issue-change-refusal': createIssuePaper('change-refusal', paper),
      'issue-contract-amendment': createIssuePaper('contract-amendment', paper),
      'issue-production-change-notice': createIssuePaper('production-change-notice', paper),
      ...createBookEffects(createBooks(pool)),
      'amend-order': createAmendOrder({ orders, commands }),
      'start-case': createStartCase(commands),
    },
    readings: {
      ...createBookReadings({ books: trade, utcOffsetMinutes }),
      ...createOrderReadings({ books: createOrderBooks(pool), utcOffsetMinutes, calendar }),
      'placed-order': createPlacedOrder(orders),
    },
  };
}

/**
 * The mail server; without one, mail is kept.
 * @throws SmtpUrlError
 */
export function createMail({ pool, smtpUrl }: Pick<OutsideOptions, 'pool' | 'smtpUrl'>): MailPort {
  return smtpUrl === undefined ? createKeptOutbox(createKeptMailStore(pool)) : createSmtpMail(smtpUrl);
}

/** A company's paper, from its policy. */
export function letterheadOf(books: Books, id: string): Letterhead | undefined {
  const company = books[id]?.company;
  if (company?.letterhead === undefined) return undefined;
  const { name, prefix, utcOffsetMinutes, letterhead } = company;
  const { sender, address, replyTo } = letterhead.mail;
  return {
    name,
    words: letterhead.lines,
    prefix,
    from: { name: sender, email: address, ...(replyTo === undefined ? {} : { replyTo }) },
    utcOffsetMinutes,
  };
}
