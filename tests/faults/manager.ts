import type { FollowUp } from './cells.js';
import type { Child } from './child.js';
import { insist, lanes, until } from './patience.js';
import { endingOf, isOutage } from './trial.js';
import { type Answer, commandOf, holderOf, type World } from './world.js';

const settleMs = 60_000;

/** What happens to a case after a fault, if SQL knows it: what it does not know nobody could name. Returns what is wrong. */
export async function followUpOn(world: World, dispatcher: Child, caseId: string, followUp: FollowUp): Promise<readonly string[]> {
  if (followUp === 'restart') return [];
  const seq = await insist(() => dispatcher.call<number>('catchUp', caseId));
  if (seq === 0) return [];
  const moved = followUp === 'close' ? [] : await manage(world, dispatcher, caseId, 'move');
  return followUp === 'move' ? moved : [...moved, ...(await manage(world, dispatcher, caseId, 'cancel'))];
}

/** A command of the manager, given until it is heard. The case may be closed already; anything else that refuses it is wrong. */
export async function manage(world: World, dispatcher: Child, caseId: string, verb: 'move' | 'cancel'): Promise<readonly string[]> {
  const key = `${verb} ${caseId}`;
  const to = world.editionId(world.edition);
  const body = verb === 'move' ? { verb, to } : { verb, reason: `m-${key}` };
  const ending = await insist(async () => {
    const found = await endingOf(dispatcher.call<Answer>('command', caseId, commandOf(holderOf('pmc'), key, body)));
    if (isOutage(found)) throw new Error('away');
    return found;
  });
  if (ending.kind === 'done' || (ending.kind === 'refused' && ending.code === 'CASE_CLOSED')) return [];
  // A start that is first heard of after the release begins in the new edition.
  const { rows } = await world.pool.query<{ edition: string }>('select edition from kase where id = $1', [caseId]);
  const there = ending.kind === 'refused' && ending.code === 'EDITION_NOT_CURRENT' && rows[0]?.edition === to;
  return there ? [] : [`${verb}: ${JSON.stringify(ending)}`];
}

/** Waits until no command of the cases is pending, no effect under way, and the workflow of every closed one has ended. Throws after a minute. */
export async function atRest(world: World, cases: readonly string[]): Promise<void> {
  const restless = `select case_id from command where status = 'pending' and case_id = any($1)
    union select id from kase where id = any($1) and (flying > 0 or status = 'closing')`;
  await until('rest', settleMs, async () => ((await world.pool.query(restless, [cases])).rowCount === 0 ? true : undefined));
  const closed = "select id from kase where id = any($1) and status = 'closed'";
  const { rows } = await world.pool.query<{ id: string }>(closed, [cases]);
  await lanes(8, rows, async ({ id }) => {
    await until(`the end of ${id}`, settleMs, async () =>
      (await world.client.workflow.getHandle(id).describe()).status.name === 'RUNNING' ? undefined : true,
    );
  });
}
