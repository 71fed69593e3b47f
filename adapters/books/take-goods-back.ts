import * as z from 'zod';
import type { Json } from '../../domain/json.js';
import { treatments } from '../../domain/orders/goods-return.js';
import type { ReturnBooks } from '../../ports/books.js';
import type { Call, EffectPort } from '../../ports/outside.js';
import { companyOf, taken } from './readings.js';

const input = z.strictObject({
  order: z.string(),
  treatment: z.enum(treatments).optional(),
  lines: z.array(z.strictObject({ line: z.string(), quantity: z.int().min(1) })).min(1),
});

/**
 * The effect `take-goods-back { order, treatment?, lines }` → `{ posted: true }` or `{ posted: false, code, values }`: books returned goods in, once per
 * idempotency key; its undo gives the booking up. Permanent failure: INPUT_INVALID.
 */
export function createTakeGoodsBack(books: ReturnBooks): EffectPort {
  const post = async (wanted: Json, { caseId, idempotencyKey: key, signal }: Call): Promise<Json> => {
    const { order, lines } = taken('take-goods-back', input, wanted);
    signal.throwIfAborted();
    return json(await books.takeBack({ company: companyOf(caseId), caseId, key, order, lines }));
  };
  return {
    find: async ({ idempotencyKey }) => ((await books.tookBack(idempotencyKey)) ? { posted: true } : undefined),
    do: post,
    revise: (_standing, wanted, call) => post(wanted, call),
    undo: (_standing, { caseId }) => books.giveUp(caseId),
  };
}

/** What the books answer is JSON by its types. */
const json = (value: object): Json => value as unknown as Json;
