import * as z from 'zod';
import type { Json } from '../../domain/json.js';
import type { Granted, Refused, Shipped, TradeBooks } from '../../ports/books.js';
import { type Call, type EffectPort, PermanentFailure } from '../../ports/outside.js';
import { companyOf, taken } from './readings.js';

const lines = z
  .array(z.strictObject({ line: z.string().min(1), quantity: z.int().min(0) }))
  .min(1)
  .max(2_000);
const releaseInput = z.strictObject({ customer: z.string(), order: z.string(), lines, approvedMinor: z.int().optional() });
const shipInput = z.strictObject({ release: z.string(), lines });
const standingRelease = z.object({ granted: z.literal(true), release: z.string() });
const standingShipment = z.object({ shipped: z.literal(true) });

/**
 * What procedures change in the trade books, by name; each once per idempotency key.
 * `release-goods { customer, order, lines, approvedMinor? }` → `{ granted: true, release, … }` or `{ granted: false, code, values }`: sets goods and
 * credit aside; its undo gives them back. `ship-goods { release, lines }` → `{ shipped: true, … }` or `{ shipped: false, code, values }`: books out what
 * left. Permanent failures: INPUT_INVALID · IRREVERSIBLE (goods that left do not come back by undoing).
 */
export function createBookEffects(books: TradeBooks): Readonly<Record<'release-goods' | 'ship-goods', EffectPort>> {
  return { 'release-goods': releaseGoods(books), 'ship-goods': shipGoods(books) };
}

function releaseGoods(books: TradeBooks): EffectPort {
  const release = async (input: Json, call: Call): Promise<Json> => {
    const { customer, order, lines: goods, approvedMinor } = taken('release-goods', releaseInput, input);
    call.signal.throwIfAborted();
    const request = { company: companyOf(call.caseId), caseId: call.caseId, key: call.idempotencyKey, customer, order, lines: goods };
    return json(await books.release({ ...request, ...(approvedMinor === undefined ? {} : { approvedMinor }) }));
  };
  return {
    find: async ({ idempotencyKey }) => optional(await books.released(idempotencyKey)),
    do: release,
    revise: (_standing, input, call) => release(input, call),
    async undo({ result }, { signal }) {
      const key = releaseIn(result);
      signal.throwIfAborted();
      if (key !== undefined) await books.giveBack(key);
    },
  };
}

function shipGoods(books: TradeBooks): EffectPort {
  const ship = async (input: Json, call: Call): Promise<Json> => {
    const { release, lines: goods } = taken('ship-goods', shipInput, input);
    call.signal.throwIfAborted();
    const { caseId, idempotencyKey: key } = call;
    return json(await books.ship({ company: companyOf(caseId), caseId, key, release, lines: goods }));
  };
  const refuse = (caseId: string): never => {
    throw new PermanentFailure('IRREVERSIBLE', `the goods of ${caseId} have left; book what came back as a return`);
  };
  return {
    find: async ({ idempotencyKey }) => optional(await books.shipped(idempotencyKey)),
    do: ship,
    revise: async ({ result }, input, call) => (standingShipment.safeParse(result).success ? refuse(call.caseId) : ship(input, call)),
    async undo({ result }, { caseId }) {
      if (standingShipment.safeParse(result).success) refuse(caseId);
    },
  };
}

function releaseIn(result: Json): string | undefined {
  const standing = standingRelease.safeParse(result);
  return standing.success ? standing.data.release : undefined;
}

/** What the books answer is JSON by its types. */
const json = (value: Granted | Refused | Shipped): Json => value as unknown as Json;
const optional = (value: Granted | Shipped | undefined): Json | undefined => (value === undefined ? undefined : json(value));
