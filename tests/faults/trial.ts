import type pg from 'pg';
import type { Dispatch } from '../../client/dispatch/contract.js';
import type { CaseStart, Command, CommandBody } from '../../domain/engine/command.js';
import type { JsonObject } from '../../domain/json.js';
import type { Cell, Verb } from './cells.js';
import { CallFailed, type Child, Gone } from './child.js';
import { type Answer, commandOf, dispatchOf, holderOf, type World } from './world.js';

/** How one sending of a command ended for whoever sent it: an answer, a failure, or no word because the process died. */
export type Ending =
  | Answer
  | { readonly kind: 'failed'; readonly code: string; readonly kept: boolean; readonly message: string }
  | { readonly kind: 'silence' };

/** One case with the one command that the fault is to hit. */
export interface Trial {
  readonly cell: Cell;
  readonly caseId: string;
  readonly verb: string;
  readonly key: string;
  send(dispatcher: Child): Promise<Ending>;
  /** Gets an effect under way that the command is to meet. */
  readonly launch?: () => Promise<void>;
  /** Whether the command was held where it should be, or was under way at the kill. */
  hit: boolean;
  readonly endings: Ending[];
}

/**
 * Makes a case and brings it to where the cell's command can be given. `n`, of round and place in the round, varies which task is answered,
 * and whether the command ends the case.
 */
export async function prepare(world: World, dispatcher: Child, cell: Cell, n: number): Promise<Trial> {
  const variant = (Math.floor(n / 1_000) + n) % 3;
  const atEnd = variant === 2 && cell.verb !== 'return';
  const mark = `m-${n}-${cell.verb}`;
  const start = await world.startOf('order', { quantity: cell.verb === 'begin' && atEnd ? 0 : 5, mark });
  if (cell.verb === 'begin') return trial(cell, start.caseId, 'begin', 'start', dispatchOf(start.by, `k-${n}`, start));
  await world.begin(dispatcher, start);
  const { by, body } = await bring(world, dispatcher, cell, { caseId: start.caseId, mark, early: variant === 1, atEnd });
  return trial(cell, start.caseId, body.verb, 'command', commandOf(by, `k-${n}`, body));
}

/** Makes a case whose command meets an effect under way, or starts one. */
export async function prepareFlight(world: World, dispatcher: Child, cell: Cell, n: number): Promise<Trial> {
  const mark = `m-${n}-${cell.verb}`;
  const begins = cell.verb === 'begin';
  const start = await world.startOf(begins ? 'posted' : 'order', { quantity: 5, mark });
  const { caseId } = start;
  if (begins) return trial(cell, caseId, 'begin', 'start', dispatchOf(start.by, `k-${n}`, start));
  await world.begin(dispatcher, start);
  const task = await world.openTask(caseId, 'desk');
  const bodies: Readonly<Record<Exclude<Verb, 'begin'>, CommandBody>> = {
    answer: { verb: 'complete', task: task.id, rev: task.rev, data: { outcome: 'done', mark } },
    amend: { verb: 'amend', patch: { quantity: 6, mark }, from: 1 },
    return: { verb: 'cancel', reason: mark },
  };
  const body = bodies[cell.verb as Exclude<Verb, 'begin'>];
  const made = trial(cell, caseId, body.verb, 'command', commandOf(holderOf('desk'), `k-${n}`, body));
  return cell.verb === 'answer' ? made : { ...made, launch: () => world.answer(dispatcher, caseId, 'desk') };
}

/** Eight people at once on eight lines of one task: each case's commands stand in one another's way. */
export async function prepareCrowd(world: World, dispatcher: Child, cell: Cell, n: number): Promise<readonly Trial[]> {
  const lines = Array.from({ length: 8 }, (_, index) => ({ id: `l${index}`, quantity: index + 1 }));
  const start = await world.startOf('crowd', { quantity: 5, lines });
  await world.begin(dispatcher, start);
  const task = await world.openTask(start.caseId, 'dates');
  return lines.map(({ id }, index) => {
    const data = { outcome: 'done', lines: { [id]: { date: '2026-12-01', mark: `m-${n}-${index}-` } } };
    return trial(
      cell,
      start.caseId,
      'complete',
      'command',
      commandOf(holderOf('dates'), `k-${n}-${index}`, { verb: 'complete', task: task.id, rev: task.rev, data }),
    );
  });
}

interface Bringing {
  readonly caseId: string;
  readonly mark: string;
  /** An answer is given to the first task rather than to the second. */
  readonly early: boolean;
  /** The command must be the case's last. */
  readonly atEnd: boolean;
}

async function bring(
  world: World,
  dispatcher: Child,
  { verb }: Cell,
  { caseId, mark, early, atEnd }: Bringing,
): Promise<{ readonly by: string; readonly body: CommandBody }> {
  const pass = async (...steps: readonly string[]): Promise<void> => {
    for (const step of steps) await world.answer(dispatcher, caseId, step);
  };
  const complete = async (step: string): Promise<{ by: string; body: CommandBody }> => {
    const task = await world.openTask(caseId, step);
    return { by: holderOf(step), body: { verb: 'complete', task: task.id, rev: task.rev, data: { outcome: 'done', mark } } };
  };
  const manager = holderOf('desk');
  if (verb === 'answer') {
    if (!atEnd && early) return complete('desk');
    await pass('desk', ...(atEnd ? ['planner', ...(world.edition === 'more' ? ['technical'] : [])] : []));
    return complete(atEnd ? 'pmc' : 'planner');
  }
  if (!atEnd) await pass('desk');
  if (verb === 'return') {
    const task = await world.openTask(caseId, 'planner');
    return { by: holderOf('planner'), body: { verb: 'return', task: task.id, rev: task.rev, to: 'desk', reason: mark } };
  }
  if (!atEnd) await world.openTask(caseId, 'planner');
  const patch: JsonObject = atEnd ? { quantity: 0, mark } : { price: 11, mark };
  return { by: manager, body: { verb: 'amend', patch, from: await world.turnOf(caseId) } };
}

function trial(
  cell: Cell,
  caseId: string,
  verb: string,
  op: 'start' | 'command',
  dispatch: Dispatch<CaseStart> | Dispatch<Command>,
): Trial {
  const args = op === 'start' ? [dispatch] : [caseId, dispatch];
  const endings: Ending[] = [];
  return {
    cell,
    caseId,
    verb,
    key: dispatch.key,
    hit: false,
    endings,
    async send(dispatcher) {
      const ending = await endingOf(dispatcher.call<Answer>(op, ...args));
      endings.push(ending);
      return ending;
    },
  };
}

/** How a call ended, as a value. */
export async function endingOf(call: Promise<Answer>): Promise<Ending> {
  try {
    return await call;
  } catch (thrown) {
    if (thrown instanceof Gone) return { kind: 'silence' };
    if (thrown instanceof CallFailed) return { kind: 'failed', code: thrown.code, kept: thrown.kept, message: thrown.message };
    throw thrown;
  }
}

/** Whether a failure is one that an outage explains: the caller is told that a server is away. */
export function isOutage(ending: Ending): boolean {
  return ending.kind === 'failed' && (ending.code === 'DATABASE_UNAVAILABLE' || ending.code === 'TEMPORAL_UNAVAILABLE');
}

/** A sending's end in a few words. */
export function brief(ending: Ending): string {
  if (ending.kind === 'failed') return `failed ${ending.code}${ending.kept ? ' (kept)' : ''} ${ending.message}`;
  return ending.kind === 'refused' ? `refused ${ending.code} ${JSON.stringify(ending.values)}` : ending.kind;
}

/** What the senders were told is what stands; what was durable before the fault has not been refused after it. */
export async function judge(pool: pg.Pool, { caseId, cell, verb, key, endings, hit }: Trial): Promise<readonly string[]> {
  const { rows } = await pool.query<{ status: string; code: string | null }>(
    "select status, answer->>'code' as code from command where case_id = $1 and key = $2",
    [caseId, key],
  );
  const [stands] = rows;
  // What was not written down has not happened: whoever sent it has heard nothing, or that it was not kept.
  const nothing = endings.every((ending) => ending.kind === 'silence' || (ending.kind === 'failed' && !ending.kept));
  if (stands === undefined) return nothing ? [] : [`no journal row, told ${endings.map(brief).join(', ')}`];
  const told = endings.filter((ending) => ending.kind === 'done' || ending.kind === 'refused');
  const other = told.filter((ending) => ending.kind !== stands.status || (ending.kind === 'refused' && ending.code !== stands.code));
  const faults = endings.filter((ending) => ending.kind === 'failed' && !isOutage(ending));
  const durable = hit && ['answered', 'applied'].includes(cell.moment);
  const closed = cell.followUp.endsWith('close');
  // The next edition may have put a reviewer before the task.
  const suspended = cell.followUp.startsWith('move') && stands.code === 'TASK_SUSPENDED';
  const refusable = suspended || (closed && (stands.code === 'CASE_CLOSED' || stands.code === 'TASK_CLOSED'));
  return [
    ...(rows.length === 1 ? [] : [`${rows.length} journal rows of one command`]),
    ...other.map((ending) => `told ${brief(ending)}, but ${verb} is ${stands.status} ${stands.code ?? ''}`),
    ...faults.map((ending) => `fault: ${brief(ending)}`),
    ...(stands.status === 'refused' && durable ? [`${verb} was durable before the fault and is refused: ${stands.code}`] : []),
    ...(stands.status === 'refused' && !refusable ? [`${verb} is refused without reason: ${stands.code}`] : []),
  ];
}
