import * as z from 'zod';
import { mailStates } from '../../db/queries/papers.js';

const moment = z.iso.datetime().meta({ description: 'UTC, ISO 8601.', example: '2026-11-27T09:00:00.000Z' });
const language = z.enum(['zh', 'en', 'id']);

/** A document that was printed: its PDF is at `/api/v1/documents/{id}.pdf`. */
export const paper = z
  .object({
    id: z.string().meta({ example: 'hehe:HH-OR-2026-00042' }),
    kind: z.string(),
    number: z.string(),
    language,
    version: z.number().int(),
    replaces: z.string().nullable().meta({ description: 'The document that this one corrects.' }),
    replacedBy: z.string().nullable(),
    createdAt: moment,
    hash: z.string().meta({ description: 'SHA-256 of the PDF as issued, in hex.' }),
    reprints: z.number().int(),
  })
  .meta({ id: 'PrintedDocument' });

export const listedMail = z
  .object({
    id: z.string().meta({ description: 'The message id without its angle brackets.' }),
    caseId: z.string(),
    to: z.string(),
    subject: z.string(),
    state: z.enum(mailStates).meta({
      description:
        'bounced: accepted, and came back · kept: there is no mail server, send it by hand · unknown: the line broke before the answer, a repair task asks whether it arrived · called-off: not sent, and not sent any more · by-hand: was unknown, a person has seen to it.',
    }),
    stateName: z.string(),
    answer: z.string().nullable().meta({ description: 'What the mail server said last, or what broke.' }),
    tries: z.number().int(),
    documentId: z.string(),
    createdAt: moment,
    changedAt: moment,
  })
  .meta({ id: 'ListedMail' });
export const mailList = z.object({ items: z.array(listedMail), next: z.string().nullable() }).meta({ id: 'MailList' });
export const mailPage = listedMail
  .extend({ text: z.string(), attachments: z.array(z.object({ name: z.string(), documentId: z.string() })) })
  .meta({ id: 'MailPage' });
