import { calendarOf } from '../../db/calendars.js';
import { currentEdition } from '../../db/editions.js';
import { claim, type Entry, release, type Standing, submit } from '../../db/journal.js';
import type { Db } from '../../db/pool.js';
import { isStorable } from '../../db/text.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseCommands } from '../../ports/order-cases.js';
import { type Context, type CourierOptions, createContext, database, pause } from './context.js';
import { type Courier, type Delivered, type Dispatch, type Refused, Unavailable } from './contract.js';
import { answerOf, carry, catchUp, end, type Parcel } from './execute.js';
import { tend } from './reconcile.js';
import { askView } from './temporal.js';

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

/** Commands of one case that this process sends at once; the journal counts those of all processes. */
const width = 8;

interface Line {
  going: number;
  readonly waiting: (() => void)[];
}

/** Lets at most eight commands of a case go at once, the others in the order they came, and joins those of the same id. */
export class Places {
  private readonly lines = new Map<string, Line>();
  private readonly patienceMs: number;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** Does the work when there is a place. Throws Unavailable when there is none in time; then nothing has been done. */
  async take<T>(caseId: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(caseId) ?? { going: 0, waiting: [] };
    this.lines.set(caseId, line);
    if (line.going < width) line.going++;
    else await this.queue(line);
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next !== undefined) next();
      else if (--line.going === 0) this.lines.delete(caseId);
    }
  }

  /** Resolves when a place is handed over. */
  private queue(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        line.waiting.splice(line.waiting.indexOf(go), 1);
        reject(new Unavailable('TEMPORAL_UNAVAILABLE', false));
      }, this.patienceMs);
      line.waiting.push(go);
    });
  }
}

/**
 * Commands that the engine itself sends to cases, taken to them as those of people are: written down first, and sent again by any process when
 * this one dies. The same key is one command of one case, whatever it would say the next time.
 */
export function createCaseCommands({ command, start }: Pick<Courier, 'command' | 'start'>, db: Db): CaseCommands {
  return {
    async send(caseId, key, body) {
      const outcome = await command(caseId, {
        id: hashOf([body.by, caseId, key]),
        actor: body.by,
        key,
        bodyHash: hashOf([caseId, key]),
        body,
      });
      return outcome.kind === 'done' ? { ok: true } : { ok: false, code: outcome.code, values: outcome.values };
    },
    async start({ company, procedure, number, subject, by }, key) {
      const [edition, calendar] = await Promise.all([currentEdition(db), calendarOf(db, company)]);
      if (edition === undefined) throw new Error('no edition is in force');
      const caseId = `${company}:${procedure}:${number}`;
      const outcome = await start({
        id: hashOf([by, caseId, key]),
        actor: by,
        key,
        bodyHash: hashOf([caseId, key]),
        body: { caseId, company, procedure, number, edition, subject, by, ...(calendar === undefined ? {} : { calendar }) },
      });
      return outcome.kind === 'done' ? { ok: true, caseId } : { ok: false, code: outcome.code, values: outcome.values };
    },
  };
}
