import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandBody } from '../../domain/engine/command.js';
import { view } from '../../workflows/engine/contract.js';
import { checkCase, checkCounters } from './invariants.js';
import { until } from './patience.js';
import type { ServerName } from './servers.js';
import { brief, type Ending, endingOf, isOutage } from './trial.js';
import { type Answer, commandOf, dispatchOf, holderOf, type World } from './world.js';

/** A server that is away for a while: ended in an orderly way, or standing still. */
export interface OutagePlan {
  readonly server: ServerName;
  readonly how: 'down' | 'frozen';
  readonly ms: number;
}

interface Attempt {
  readonly caseId: string;
  readonly resend: () => Promise<Ending>;
  readonly ending: Ending;
  readonly tookMs: number;
}

/** A caller must not be kept longer than this, whatever is away. */
const patienceMs = 30_000;

/**
 * Takes a server away, gives commands meanwhile, and looks whether they are refused as unavailable or kept, whether clocks and effects go on
 * where Temporal runs, and whether all catches up by itself. Returns what is wrong.
 */
export async function outage(world: World, { server, how, ms }: OutagePlan): Promise<readonly string[]> {
  const dispatcher = world.dispatchers[0]!;
  await Promise.all(world.dispatchers.map((each) => each.call('reconcile')));
  const asked = await Promise.all(
    Array.from({ length: Math.max(3, Math.round(ms / 4_000)) }, () => world.startOf('order', { quantity: 3 })),
  );
  for (const start of asked.slice(1)) await world.begin(dispatcher, start);
  const urgent = await world.startOf('urgent', { quantity: 4 });
  await world.begin(dispatcher, urgent);
  const wants = await Promise.all(asked.slice(1).map(async ({ caseId }) => ({ caseId, task: await world.openTask(caseId, 'desk') })));

  const from = Date.now();
  await (how === 'down' ? world.rig.shutDown(server) : Promise.resolve(world.rig.freeze(server)));
  const attempts: Promise<Attempt>[] = [
    attempt(asked[0]!.caseId, () => endingOf(dispatcher.call<Answer>('start', dispatchOf('p-desk', asked[0]!.caseId, asked[0]!)))),
  ];
  for (const [index, { caseId, task }] of wants.entries()) {
    const body: CommandBody = { verb: 'complete', task: task.id, rev: task.rev, data: { outcome: 'done', mark: `m-${caseId}` } };
    const through = world.dispatchers[index % 2]!;
    attempts.push(
      attempt(caseId, () => endingOf(through.call<Answer>('command', caseId, commandOf(holderOf('desk'), `o-${caseId}`, body)))),
    );
    await sleep(Math.min(3_000, ms / (wants.length + 1)));
  }
  await sleep(Math.max(0, from + ms - Date.now()));
  const meanwhile = server === 'postgres' ? await wentOn(world, urgent.caseId, from) : [];
  await (how === 'down' ? world.rig.start(server) : Promise.resolve(world.rig.thaw(server)));

  const ended = await Promise.all(attempts);
  const cases = [...asked, urgent].map(({ caseId }) => caseId);
  const late = await until(
    'urgent case in SQL',
    60_000,
    async () => (await world.openTasks(urgent.caseId)).some(({ step }) => step === 'pmc') || undefined,
  ).then(
    () => [],
    (thrown: unknown) => [String(thrown)],
  );
  const again = await Promise.all(ended.map(({ caseId, ending, resend }) => callAgain(caseId, ending, resend)));
  await settled(world, cases);
  await Promise.all(world.dispatchers.map((each) => each.call('rest')));
  const wrong = [...meanwhile, ...late, ...ended.flatMap((each) => judge(each, server)), ...again.flat(), ...(await checkCounters(world))];
  for (const caseId of cases) wrong.push(...(await checkCase(world, caseId)).map((what) => `${caseId}: ${what}`));
  return wrong.map((what) => `${server} ${how}: ${what}`);
}

async function attempt(caseId: string, send: () => Promise<Ending>): Promise<Attempt> {
  const from = Date.now();
  const ending = await send();
  return { caseId, resend: send, ending, tookMs: Date.now() - from };
}

/** Refused as unavailable in good time, or carried out because it got through before or after. */
function judge({ caseId, ending, tookMs }: Attempt, server: ServerName): readonly string[] {
  const slow = tookMs > patienceMs ? [`${caseId}: the caller waited ${tookMs} ms`] : [];
  if (ending.kind === 'done') return slow;
  if (!isOutage(ending)) return [...slow, `${caseId}: ${brief(ending)}`];
  const lost = server === 'temporal' && ending.kind === 'failed' && !ending.kept ? [`${caseId}: not kept though SQL was there`] : [];
  return [...slow, ...lost];
}

/** Kept commands end by themselves; the others are given again by their callers, with the same key. */
async function callAgain(caseId: string, ending: Ending, resend: () => Promise<Ending>): Promise<readonly string[]> {
  if (ending.kind === 'done') return [];
  const end = Date.now() + 60_000;
  for (;;) {
    const second = await resend();
    if (second.kind === 'done') return [];
    if (!isOutage(second) || Date.now() > end) return [`${caseId}: given again it is ${brief(second)}`];
    await sleep(500);
  }
}

/** The deadline struck, the effect was carried out and its task opened, all while SQL was away. */
async function wentOn(world: World, caseId: string, from: number): Promise<readonly string[]> {
  const { snapshot, tasks } = await world.client.workflow.getHandle(caseId).query(view, { since: 0, whole: true });
  const facts = snapshot?.facts ?? [];
  const missing = (['lapsed', 'done'] as const).filter((kind) => !facts.some((fact) => fact.kind === kind && fact.at > from));
  const closed = tasks.some(({ step, state }) => step === 'pmc' && state === 'open') ? [] : ['the task after the effect is not open'];
  const deed = world.deeds().some((each) => each.caseId === caseId && each.at > from) ? [] : ['nothing was done outside'];
  return [...missing.map((kind) => `no fact ${kind} while SQL was away`), ...closed, ...deed];
}

async function settled(world: World, cases: readonly string[]): Promise<void> {
  await until('rest', 60_000, async () => {
    const { rowCount } = await world.pool.query(
      "select from command where status = 'pending' and case_id = any($1) union all select from kase where id = any($1) and flying > 0",
      [cases],
    );
    return rowCount === 0 ? true : undefined;
  }).catch(() => undefined);
  await sleep(1_000);
}
