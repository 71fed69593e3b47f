import type { CommandBody } from '../../domain/engine/command.js';
import type { Row, TaskRow } from '../../domain/engine/ledger.js';
import type { Child } from './child.js';
import { roles } from './editions.js';
import type { Inbox } from './inbox.js';
import { checkCase, checkCounters } from './invariants.js';
import { until } from './patience.js';
import { brief, type Ending, endingOf } from './trial.js';
import { type Answer, commandOf, holderOf, type World } from './world.js';

/** What twenty people want of one case at the same instant. */
export const crowds = ['one task', 'lines of one task', 'everything'] as const;
export type Crowd = (typeof crowds)[number];

interface Want {
  readonly by: string;
  readonly body: CommandBody;
}

const people = 20;

/** Twenty commands at once on one case, half through each of two dispatcher processes, with two worker processes. Returns what is wrong. */
export async function race(world: World, crowd: Crowd, n: number): Promise<readonly string[]> {
  const [one, two] = world.dispatchers;
  const lines = Array.from({ length: people }, (_, index) => ({ id: `l${index}`, quantity: index + 1 }));
  const start = await world.startOf('crowd', { quantity: 1, lines, mark: `m-${n}` });
  await world.begin(one!, start);
  const { caseId } = start;
  const wants = await wantsOf(world, caseId, crowd);
  const ends = await Promise.all(
    wants.map((want, index) => sendAndLook(index % 2 === 0 ? one! : two!, caseId, want, `r-${caseId}-${index}`)),
  );
  await until('no pending command', 30_000, async () => {
    const { rowCount } = await world.pool.query("select from command where case_id = $1 and status = 'pending'", [caseId]);
    return rowCount === 0 ? true : undefined;
  });
  const ledger = (await world.pool.query<{ row: Row }>('select row from ledger where case_id = $1 order by seq', [caseId])).rows.map(
    ({ row }) => row,
  );
  const told = ends.flatMap(({ want, ending, inbox }) => [
    ...judge(want, ending, ledger),
    ...(inbox === undefined ? [] : judgeInbox(want.by, inbox, ledger)),
  ]);
  const done = ends.filter(({ ending }) => ending.kind === 'done').length;
  const winners = crowd === 'one task' ? 1 : crowd === 'lines of one task' ? people : undefined;
  const count =
    winners === undefined || winners === done
      ? []
      : [`${done} of ${people} were taken instead of ${winners}: ${ends.map(({ ending }) => brief(ending)).join('; ')}`];
  return [...told, ...count, ...(await checkCase(world, caseId)), ...(await checkCounters(world))].map(
    (wrong) => `${caseId} (${crowd}): ${wrong}`,
  );
}

async function sendAndLook(
  dispatcher: Child,
  caseId: string,
  want: Want,
  key: string,
): Promise<{ readonly want: Want; readonly ending: Ending; readonly inbox: Inbox | undefined }> {
  const ending = await endingOf(dispatcher.call<Answer>('command', caseId, commandOf(want.by, key, want.body)));
  const inbox = ending.kind === 'done' ? await dispatcher.call<Inbox>('inbox', want.by, caseId) : undefined;
  return { want, ending, inbox };
}

async function wantsOf(world: World, caseId: string, crowd: Crowd): Promise<readonly Want[]> {
  const complete = (task: TaskRow, data: object, by = holderOf(task.step)): Want => ({
    by,
    body: { verb: 'complete', task: task.id, rev: task.rev, data: { outcome: 'done', ...data } },
  });
  const [desk, technical, price, dates] = await Promise.all(
    ['desk', 'technical', 'price', 'dates'].map((step) => world.openTask(caseId, step)),
  );
  const each = <T>(make: (index: number) => T): T[] => Array.from({ length: people }, (_, index) => make(index));
  // Who races for one task holds the same role; the ledger tells them apart by name.
  if (crowd === 'one task')
    return each((index) =>
      complete(price!, { mark: `m-race-${index}-` }, index === 0 ? holderOf('price') : `${holderOf('price')}-${index}`),
    );
  const line = (index: number): Want => complete(dates!, { lines: { [`l${index}`]: { date: '2026-12-01' } } });
  if (crowd === 'lines of one task') return each(line);
  const from = await world.turnOf(caseId);
  const amend = (index: number): Want => ({ by: holderOf('desk'), body: { verb: 'amend', patch: { price: 20 + index }, from } });
  const makers = [() => complete(desk!, {}), () => complete(technical!, {}), () => complete(price!, {}), line, amend];
  return each((index) => makers[index % makers.length]!(index));
}

/** A loser is told who won, by the very row that closed the task. */
function judge({ by, body }: Want, ending: Ending, ledger: readonly Row[]): readonly string[] {
  if (ending.kind === 'done') return [];
  if (ending.kind !== 'refused') return [`${by}: ${brief(ending)}`];
  const { code, values } = ending;
  if (code === 'CASE_CHANGED') return body.verb === 'amend' ? [] : [`${by}: ${brief(ending)}`];
  if (code === 'TASK_CHANGED' && 'task' in body)
    return ledger.some((row) => row.type === 'revised' && row.task?.id === body.task) ? [] : [`${by}: ${brief(ending)}`];
  if (code !== 'TASK_CLOSED' || !('task' in body)) return [`${by} is refused: ${brief(ending)}`];
  const closing = ledger.find((row) => row.task?.id === body.task && row.type === 'completed');
  const right =
    values['by'] === closing?.by && values['at'] === closing?.at && values['verb'] === 'complete' && values['task'] === body.task;
  return right ? [] : [`${by} is told ${JSON.stringify(values)}, but ${closing?.by} closed it at ${closing?.at}`];
}

/** An inbox read after a command shows what the ledger up to that point says is open to that person. */
function judgeInbox(by: string, { seq, tasks }: Inbox, ledger: readonly Row[]): readonly string[] {
  const role = roles.find((each) => by === holderOf(each) || by.startsWith(`${holderOf(each)}-`));
  const last = new Map(
    ledger.filter((row) => row.seq <= seq).flatMap(({ task }) => (task === undefined ? [] : [[task.id, task] as const])),
  );
  const open = [...last.values()].filter(({ state, step }) => state === 'open' && step === role).map(({ id }) => id);
  const [shown, right] = [[...tasks].sort().join(), open.sort().join()];
  return shown === right ? [] : [`the inbox of ${by} at seq ${seq} shows [${shown}], the ledger says [${right}]`];
}
