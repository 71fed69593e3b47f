import * as z from 'zod';
import { returnPlace, takeGoodsBack, treatments } from '../../domain/books/goods-back.js';
import type { Operation } from '../../domain/books/operation.js';
import { releaseGoods, shipGoods } from '../../domain/books/shipping.js';
import { type Json, textOf } from '../../domain/json.js';
import type { Books, PostingResult } from '../../ports/books.js';
import { type Call, type EffectPort, PermanentFailure, type PreviousResult } from '../../ports/outside.js';
import { companyOf, taken } from './readings.js';

const lines = (least: number): z.ZodArray<z.ZodObject<{ line: z.ZodString; quantity: z.ZodInt }, z.core.$strict>> =>
  z
    .array(z.strictObject({ line: z.string().min(1), quantity: z.int().min(least) }))
    .min(1)
    .max(2_000);
const inputs = {
  'release-goods': z.strictObject({ customer: z.string(), order: z.string(), lines: lines(0), approvedMinor: z.int().optional() }),
  'ship-goods': z.strictObject({ release: z.string(), lines: lines(0) }),
  'take-goods-back': z.strictObject({
    order: z.string(),
    lines: lines(1),
    treatment: z.enum(Object.keys(treatments) as (keyof typeof treatments)[]).optional(),
  }),
};

/**
 * What procedures change in the trade books, by name; each once per idempotency key. Refusals are data: a code with its values.
 * `release-goods { customer, order, lines, approvedMinor? }` → `{ granted: true, release, … }` or `{ granted: false, code, values }`: sets goods and
 * credit aside; its undo gives them back. `ship-goods { release, lines }` → `{ shipped: true, … }` or `{ shipped: false, code, values }`: books out what
 * left. `take-goods-back { order, lines, treatment? }` → `{ posted: true }` or `{ posted: false, code, values }`: books returned goods in by what becomes
 * of them; its undo gives the booking up. Permanent failures: INPUT_INVALID · IRREVERSIBLE (goods that left do not come back by undoing) · BOOKED_UPON
 * (what is to be given up has been used since).
 */
export function createBookEffects(books: Books): Readonly<Record<keyof typeof inputs, EffectPort>> {
  return { 'release-goods': releaseEffect(books), 'ship-goods': shipEffect(books), 'take-goods-back': returnEffect(books) };
}

interface Who {
  readonly company: string;
  readonly caseId: string;
  readonly key: string;
}
const who = ({ caseId, idempotencyKey: key }: Call): Who => ({ company: companyOf(caseId), caseId, key });

/** An effect that is one operation of the books: found by its key, done and revised by posting, in its place if it has one. */
function posting<Input, Request>(
  books: Books,
  {
    name,
    operation,
    request,
    answer,
  }: {
    readonly name: keyof typeof inputs;
    readonly operation: Operation<Request>;
    readonly request: (input: Input, who: Who) => Request;
    readonly answer: (carried: PostingResult) => Json | Promise<Json>;
  },
): Pick<EffectPort, 'find' | 'do' | 'revise'> {
  const post = async (input: Json, call: Call): Promise<Json> => {
    const asked = request(taken(name, inputs[name], input) as Input, who(call));
    call.signal.throwIfAborted();
    return answer(await books.perform(operation, asked));
  };
  return {
    async find({ idempotencyKey }) {
      const posted = await books.find(idempotencyKey);
      return posted === undefined ? undefined : answer({ posted: true, ...posted });
    },
    do: post,
    revise: (_standing, input, call) => post(input, call),
  };
}

function releaseEffect(books: Books): EffectPort {
  return {
    ...posting(books, {
      name: 'release-goods',
      operation: releaseGoods,
      request: ({ approvedMinor, ...input }: z.output<(typeof inputs)['release-goods']>, { company, caseId, key }) => ({
        ...input,
        company,
        caseId,
        key,
        ...(approvedMinor === undefined ? {} : { approvedMinor }),
      }),
      answer: (carried) => releaseAnswer(books, carried),
    }),
    async undo({ result }, { signal }) {
      const standing = standingRelease.safeParse(result);
      signal.throwIfAborted();
      // one that has been shipped stays as it is
      if (standing.success) await books.undo(standing.data.release);
    },
  };
}

const standingRelease = z.object({ granted: z.literal(true), release: z.string() });
const standingShipment = z.object({ shipped: z.literal(true) });

/** Goods that have left already are not released again: the answer is what they left by. */
async function releaseAnswer(books: Books, carried: PostingResult): Promise<Json> {
  if (carried.posted) {
    const { key: release, facts, sums } = carried;
    return { granted: true, release, amountMinor: facts['amountMinor'] ?? 0, exposureMinor: sums['exposure'] ?? 0 };
  }
  const { code, values } = carried;
  const left = code === 'POSTING_FOLLOWED' ? await books.find(textOf(values['key'] ?? '')) : undefined;
  if (left !== undefined) return releaseAnswer(books, { posted: true, ...left });
  if (code === 'POSTING_UNDONE') throw new Error(`release ${textOf(values['key'] ?? '')} has been given back`);
  return { granted: false, code, values };
}

function shipEffect(books: Books): EffectPort {
  const refuse = (caseId: string): never => {
    throw new PermanentFailure('IRREVERSIBLE', `the goods of ${caseId} have left; book what came back as a return`);
  };
  const isShipped = ({ result }: PreviousResult): boolean => standingShipment.safeParse(result).success;
  const effect = posting(books, {
    name: 'ship-goods',
    operation: shipGoods,
    request: (input: z.output<(typeof inputs)['ship-goods']>, call) => ({ ...input, ...call }),
    answer: (carried): Json => {
      if (!carried.posted) return { shipped: false, code: carried.code, values: carried.values };
      const { facts, sums } = carried;
      return {
        shipped: true,
        release: facts['release'] ?? '',
        amountMinor: facts['amountMinor'] ?? 0,
        exposureMinor: sums['exposure'] ?? 0,
      };
    },
  });
  return {
    ...effect,
    revise: async (standing, input, call) => (isShipped(standing) ? refuse(call.caseId) : effect.do(input, call)),
    async undo(standing, { caseId }) {
      if (isShipped(standing)) refuse(caseId);
    },
  };
}

function returnEffect(books: Books): EffectPort {
  return {
    ...posting(books, {
      name: 'take-goods-back',
      operation: takeGoodsBack,
      request: ({ treatment, ...input }: z.output<(typeof inputs)['take-goods-back']>, call) => ({
        ...input,
        ...call,
        ...(treatment === undefined ? {} : { treatment }),
      }),
      answer: (carried): Json => (carried.posted ? { posted: true } : { posted: false, code: carried.code, values: carried.values }),
    }),
    async undo(_standing, { caseId, signal }) {
      signal.throwIfAborted();
      const standing = await books.standing(returnPlace(caseId));
      const refusal = standing === undefined ? undefined : await books.undo(standing.key);
      if (refusal !== undefined)
        throw new PermanentFailure(
          'BOOKED_UPON',
          `what came back by ${caseId} has been used since: ${textOf(refusal.values['account'] ?? '')}`,
        );
    },
  };
}
