import { claim, type Entry, release, type Standing, submit } from '../../db/journal.js';
import { isStorable } from '../../db/text.js';
import { hashOf } from '../../domain/canonical-json.js';
import { answerOf, carry, end, type Parcel } from './carry.js';
import { catchUp } from './catch-up.js';
import { type Context, type CourierOptions, createContext, database, pause } from './context.js';
import { type Courier, type Delivered, type Dispatch, type Refused, Unavailable } from './contract.js';
import { Places } from './places.js';
import { askView } from './temporal.js';
import { tend } from './tend.js';

/** A command on its way from a caller of this process. */
interface Errand {
  readonly bodyHash: string;
  readonly end: Promise<Delivered | Refused>;
}

/**
 * Takes commands to cases. A command costs two statements: one writes it down and says where SQL stands, one takes its turn's rows and ends
 * it. Several couriers, in any number of processes, may work on the same cases.
 */
export function createCourier(options: CourierOptions): Courier {
  const context = createContext(options);
  const places = new Places(context.timing.placeMs);
  const errands = new Map<string, Errand>();

  /** The same command asked for twice at once in this process is one errand. */
  const deliver = (parcel: Parcel, dispatch: Dispatch<unknown>): Promise<Delivered | Refused> => {
    const known = errands.get(parcel.id);
    if (known !== undefined && known.bodyHash === dispatch.bodyHash) return known.end;
    const going = places.take(parcel.caseId, () => run(context, parcel, dispatch));
    if (known === undefined) {
      errands.set(parcel.id, { bodyHash: dispatch.bodyHash, end: going });
      void going.then(
        () => errands.delete(parcel.id),
        () => errands.delete(parcel.id),
      );
    }
    return going;
  };

  const command: Courier['command'] = (caseId, dispatch) =>
    deliver({ id: dispatch.id, caseId, actor: dispatch.actor, verb: 'act', body: dispatch.body }, dispatch);

  return {
    start: (dispatch) =>
      deliver({ id: dispatch.id, caseId: dispatch.body.caseId, actor: dispatch.actor, verb: 'begin', body: dispatch.body }, dispatch),
    command,
    catchUp: async (caseId) => (await catchUp(context, caseId)).applied.seq,
    snapshot: async (caseId) => (await askView(context, caseId, 0, { whole: true }))?.snapshot,
    next: async (caseId, task, by) => (await askView(context, caseId, Number.MAX_SAFE_INTEGER, { next: { task, by } }))?.next,
    tend: () => tend(context, command),
  };
}

/** One command: written down, claimed, carried. */
async function run(context: Context, parcel: Parcel, { key, bodyHash }: Dispatch<unknown>): Promise<Delivered | Refused> {
  const body = JSON.stringify(parcel.body);
  if (!isStorable(body)) return { kind: 'refused', code: 'DATA_INVALID', values: { reason: 'TEXT_UNSTORABLE' } };
  const by = context.claimName();
  const entry: Entry = {
    id: parcel.id,
    caseId: parcel.caseId,
    verb: parcel.verb === 'begin' ? 'begin' : parcel.body.verb,
    actor: parcel.actor,
    key,
    bodyHash,
    body,
    ...(parcel.verb === 'begin' ? { subjectHash: hashOf(parcel.body.subject) } : {}),
  };
  const submitted = await database(false, () => submit(context.pool, entry, by));
  if (!submitted.same) return { kind: 'refused', code: 'KEY_REUSED', values: {} };
  const standing = await place(context, parcel.id, by, submitted);
  if (standing.status !== 'pending') return answerOf(context, parcel.caseId, standing);
  if (parcel.verb === 'begin' && submitted.fresh && standing.head !== null)
    return end(context, parcel, by, { code: 'DUPLICATE_NUMBER', values: { caseId: parcel.caseId } });
  return carryClaimed(context, parcel, by, standing);
}

/** Carries a command; one that could not be brought to an end is given back, so that it is soon sent again. */
async function carryClaimed(
  context: Context,
  parcel: Parcel,
  by: string,
  standing: Standing & { readonly status: 'pending' },
): Promise<Delivered | Refused> {
  try {
    return await carry(context, parcel, by, standing.head);
  } catch (thrown) {
    context.background('a command was not given back', release(context.pool, parcel.id, by, context.timing.tendEveryMs));
    throw thrown;
  }
}

/** Waits until the command is claimed or has ended: there is no place, or another process is sending it. */
async function place(context: Context, id: string, by: string, submitted: Standing): Promise<Standing> {
  const until = Date.now() + context.timing.placeMs;
  let standing = submitted;
  for (let delay = 20; standing.status === 'pending' && !standing.claimed; delay = Math.min(delay * 1.5, 150)) {
    if (Date.now() > until) throw new Unavailable('TEMPORAL_UNAVAILABLE', true);
    await pause(delay * (0.75 + Math.random() / 2));
    standing = (await database(true, () => claim(context.pool, id, by, true))) ?? standing;
  }
  return standing;
}
