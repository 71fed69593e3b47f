import { calendarOf } from '../../db/calendars.js';
import { currentEdition } from '../../db/editions.js';
import { type CommandStatus, claim, type Entry, release, submit } from '../../db/journal.js';
import type { Db } from '../../db/pool.js';
import { isStorable } from '../../db/text.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseCommands } from '../../ports/order-cases.js';
import { createDispatchContext, type DispatchContext, type DispatcherOptions, database, pause } from './context.js';
import { type Delivered, type Dispatch, type Dispatcher, type Refused, Unavailable } from './contract.js';
import { answerOf, catchUp, endRefused, execute, type JournalledCommand } from './execute.js';
import { reconcile } from './reconcile.js';
import { askView } from './temporal.js';

/** A command on its way from a caller of this process. */
interface InFlight {
  readonly bodyHash: string;
  readonly end: Promise<Delivered | Refused>;
}

/**
 * Takes commands to cases. A command costs two statements: one writes it down and says where SQL stands, one takes its turn's rows and ends
 * it. Several dispatchers, in any number of processes, may work on the same cases.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const context = createDispatchContext(options);
  const limiter = new CaseLimiter(context.timing.queueMs);
  const inFlight = new Map<string, InFlight>();

  /** The same command asked for twice at once in this process is sent once. */
  const deliver = (journalled: JournalledCommand, dispatch: Dispatch<unknown>): Promise<Delivered | Refused> => {
    const known = inFlight.get(journalled.id);
    if (known !== undefined && known.bodyHash === dispatch.bodyHash) return known.end;
    const going = limiter.take(journalled.caseId, () => journalAndExecute(context, journalled, dispatch));
    if (known === undefined) {
      inFlight.set(journalled.id, { bodyHash: dispatch.bodyHash, end: going });
      void going.then(
        () => inFlight.delete(journalled.id),
        () => inFlight.delete(journalled.id),
      );
    }
    return going;
  };

  const command: Dispatcher['command'] = (caseId, dispatch) =>
    deliver({ id: dispatch.id, caseId, actor: dispatch.actor, verb: 'act', body: dispatch.body }, dispatch);

  return {
    start: (dispatch) =>
      deliver({ id: dispatch.id, caseId: dispatch.body.caseId, actor: dispatch.actor, verb: 'begin', body: dispatch.body }, dispatch),
    command,
    catchUp: async (caseId) => (await catchUp(context, caseId)).applied.seq,
    snapshot: async (caseId) => (await askView(context, caseId, 0, { whole: true }))?.snapshot,
    next: async (caseId, task, by) => (await askView(context, caseId, Number.MAX_SAFE_INTEGER, { next: { task, by } }))?.next,
    reconcile: () => reconcile(context, command),
  };
}

/** One command: written down, claimed, executed. */
async function journalAndExecute(
  context: DispatchContext,
  journalled: JournalledCommand,
  { key, bodyHash }: Dispatch<unknown>,
): Promise<Delivered | Refused> {
  const body = JSON.stringify(journalled.body);
  if (!isStorable(body)) return { kind: 'refused', code: 'DATA_INVALID', values: { reason: 'TEXT_UNSTORABLE' } };
  const by = context.claimName();
  const entry: Entry = {
    id: journalled.id,
    caseId: journalled.caseId,
    verb: journalled.verb === 'begin' ? 'begin' : journalled.body.verb,
    actor: journalled.actor,
    key,
    bodyHash,
    body,
    ...(journalled.verb === 'begin' ? { subjectHash: hashOf(journalled.body.subject) } : {}),
  };
  const submitted = await database(false, () => submit(context.pool, entry, by));
  if (!submitted.same) return { kind: 'refused', code: 'KEY_REUSED', values: {} };
  const standing = await untilClaimed(context, journalled.id, by, submitted);
  if (standing.status !== 'pending') return answerOf(context, journalled.caseId, standing);
  if (journalled.verb === 'begin' && submitted.fresh && standing.head !== null)
    return endRefused(context, journalled, by, { code: 'DUPLICATE_NUMBER', values: { caseId: journalled.caseId } });
  return executeClaimed(context, journalled, by, standing);
}

/** Executes a claimed command; one that could not be brought to an end is given back, so that it is soon sent again. */
async function executeClaimed(
  context: DispatchContext,
  journalled: JournalledCommand,
  by: string,
  standing: CommandStatus & { readonly status: 'pending' },
): Promise<Delivered | Refused> {
  try {
    return await execute(context, journalled, by, standing.head);
  } catch (thrown) {
    context.background('a command was not given back', release(context.pool, journalled.id, by, context.timing.reconcileEveryMs));
    throw thrown;
  }
}

/** Waits until the command is claimed or has ended: the case has as many under way as it may, or another process is sending it. */
async function untilClaimed(context: DispatchContext, id: string, by: string, submitted: CommandStatus): Promise<CommandStatus> {
  const until = Date.now() + context.timing.queueMs;
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
export class CaseLimiter {
  private readonly lines = new Map<string, Line>();
  private readonly patienceMs: number;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** Does the work when it is its turn. Throws Unavailable when that does not come in time; then nothing has been done. */
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

  /** Resolves when whoever is done hands its turn over. */
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
export function createCaseCommands({ command, start }: Pick<Dispatcher, 'command' | 'start'>, db: Db): CaseCommands {
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
