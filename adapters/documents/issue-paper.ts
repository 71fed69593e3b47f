import { type DocumentStore, issuedBy, type KeptDocument, type Letterhead } from '../../domain/documents/document.js';
import { type PaperContent, type PaperKind, type PaperRequest, paperInput } from '../../domain/documents/paper.js';
import type { Json } from '../../domain/json.js';
import { dateAt } from '../../domain/time/days.js';
import type { Words } from '../../domain/words.js';
import { type Call, type EffectPort, PermanentFailure } from '../../ports/outside.js';
import type { Printer } from './printer.js';

export interface IssueParts {
  readonly documents: DocumentStore;
  readonly printer: Printer;
  /** What stands on a company's paper, by company id. */
  readonly letterhead: (company: string) => Promise<Letterhead | undefined>;
  /** A customer's names by its code; undefined when the books do not have it. */
  readonly customer: (company: string, code: string) => Promise<{ readonly code: string; readonly name: Words } | undefined>;
  /** Epoch milliseconds; the clock when absent. */
  readonly now?: () => number;
}

/**
 * The effect `issue-<kind>`: a paper that goes with goods is numbered without a gap, printed and kept, once per idempotency key. A changed paper is a new
 * one with its own number, which names the one it replaces. Undone, it stays what it is: a number that was used, with the case that says why.
 * Permanent failures: PAPER_INVALID, COMPANY_UNKNOWN, DOCUMENT_CHARACTERS_MISSING; nothing was numbered.
 */
export function createIssuePaper(kind: PaperKind, parts: IssueParts): EffectPort {
  return {
    find: async ({ idempotencyKey }) => {
      const issued = await parts.documents.byKey(idempotencyKey);
      return issued === undefined ? undefined : resultOf(issued);
    },
    do: (input, call) => issue(kind, parts, { input, call }),
    async revise(_standing, input, call) {
      const corrected = await parts.documents.latest(call.caseId, kind);
      return issue(kind, parts, { input, call, ...(corrected === undefined ? {} : { corrected }) });
    },
    undo: async () => undefined,
  };
}

interface Order {
  readonly input: Json;
  readonly call: Call;
  readonly corrected?: KeptDocument;
}

async function issue(kind: PaperKind, parts: IssueParts, { input, call, corrected }: Order): Promise<Json> {
  const request = readInput(kind, input);
  const { language } = request;
  const [company = '', , ...rest] = call.caseId.split(':');
  const letterhead = await parts.letterhead(company);
  if (letterhead === undefined) throw new PermanentFailure('COMPANY_UNKNOWN', company);
  const at = (parts.now ?? Date.now)();
  const date = dateAt(at, letterhead.utcOffsetMinutes);
  const facts = await named(parts, company, request);
  const { caseId, idempotencyKey: key } = call;
  const series = { company, kind, prefix: letterhead.prefix, year: Number(date.slice(0, 4)) };
  const follows = corrected === undefined ? {} : { replaces: corrected.id };
  const version = (corrected?.version ?? 0) + 1;
  const document = await parts.documents.issue(
    { key, caseId, ...series, language, version, ...follows, createdAt: at, by: issuedBy },
    async (number) => {
      call.signal.throwIfAborted();
      const content: PaperContent = {
        ...request,
        facts,
        paper: kind,
        company: { name: letterhead.name[language], words: letterhead.words[language] },
        number,
        date,
        caseNumber: rest.join(':'),
        ...(corrected === undefined ? {} : { corrects: { number: corrected.number } }),
      };
      const { bytes, missing } = await parts.printer.print(content, { at });
      if (missing.length > 0) throw new PermanentFailure('DOCUMENT_CHARACTERS_MISSING', missing.join(' '));
      return { bytes, content };
    },
  );
  return resultOf(document);
}

/** The facts with the customer's name in the paper's language where a code of the books stands for it: the code says nothing to whoever gets the paper. */
async function named({ customer }: IssueParts, company: string, { facts, language }: PaperRequest): Promise<PaperRequest['facts']> {
  if (facts.customer === undefined) return facts;
  const known = await customer(company, facts.customer);
  return known?.code === facts.customer ? { ...facts, customer: known.name[language] } : facts;
}

function readInput(kind: PaperKind, input: Json): PaperRequest {
  const read = paperInput.safeParse(input);
  if (read.success) return read.data;
  const words = read.error.issues.slice(0, 20).map(({ path, message }) => `/${path.join('/')}: ${message}`);
  throw new PermanentFailure('PAPER_INVALID', `${kind}: ${words.join('; ')}`);
}

/** What is kept with the case. */
function resultOf({ id, number, version, hash, replaces }: KeptDocument): Json {
  return { document: id, number, version, hash, ...(replaces === undefined ? {} : { replaces }) };
}
