import { hashOf } from '../canonical-json.js';
import type { JsonObject } from '../json.js';
import { clockTimes, dueIn, restsSince, sameEscalation, withSupervisors } from './due.js';
import type { Rendering } from './execution.js';
import type { Candidate, ClockRow, EscalationRow, Timed } from './ledger.js';
import { clockDue, type OpenTask, taskRow } from './state.js';
import { close } from './tasks.js';
import type { Transaction } from './transaction.js';

/** Starts, moves and ends the case's deadlines as the procedure says. */
export function keepClocks(transaction: Transaction, rendering: Rendering, ended: boolean): void {
  for (const [key, { clock, from, until }] of rendering.clocks) {
    const before = transaction.state.clocks[key];
    const next = clockFrom(transaction, { key, clock, from }, before);
    if (next === undefined) continue;
    const met = rendering.consumed.has(until) && !rendering.tasks.has(until);
    const missed = before?.state === 'overdue' && before.dueAt === next.dueAt;
    const state = met ? 'met' : ended ? 'ended' : missed ? 'overdue' : 'running';
    if (before?.state !== state || before.dueAt !== next.dueAt || before.from !== from || !sameEscalation(before, next))
      changeClock(transaction, told(next, state, transaction.now));
  }
  for (const clock of Object.values(transaction.state.clocks)) {
    if (!rendering.clocks.has(clock.key) && ended && (clock.state === 'running' || clock.state === 'overdue'))
      changeClock(transaction, { ...clock, state: 'ended' });
  }
}

/** A deadline in a state. One that is met says for good whether that was after its time; anything else that happens to it takes the word back. */
function told({ late, ...clock }: ClockRow, state: ClockRow['state'], now: number): ClockRow {
  const after = state === 'met' && (clock.state === 'met' ? late === true : now > clock.dueAt && restsSince(clock) > clock.dueAt);
  return { ...clock, state, ...(after ? { late: true } : {}) };
}

/** A deadline counted from a moment. Undefined: it cannot be computed. One that is as it was is not computed again. */
function clockFrom(
  transaction: Transaction,
  named: Pick<ClockRow, 'key' | 'clock' | 'from'>,
  before: ClockRow | undefined,
): ClockRow | undefined {
  const spec = transaction.context.policy.clocks[named.clock];
  if (before?.from === named.from) return transaction.rebasing || before.state === 'ended' ? clockTimes(transaction, before) : before;
  const due = spec === undefined ? undefined : dueIn(transaction, spec.due, named.from, before ?? {});
  if (due === undefined && before === undefined) return undefined;
  return clockTimes(transaction, { ...before, ...named, dueAt: due ?? before?.dueAt ?? named.from, state: 'running' });
}

export function changeClock(transaction: Transaction, clock: ClockRow): void {
  transaction.putClock(clock);
  transaction.emit('clock', { clock });
}

/** Fires all that is due by now, each thing in the order of its time: escalations, tasks and deadlines that become overdue. */
export function fireTimers(transaction: Transaction): void {
  for (const task of Object.values(transaction.state.tasks)) if (task.state === 'open') fireTaskTimers(transaction, task);
  for (const clock of Object.values(transaction.state.clocks))
    if (clock.state === 'running' || clock.state === 'overdue') fireClockTimers(transaction, clock);
}

/** The escalations whose time has come, before a due time and from it on. */
function escalationsDue(
  transaction: Transaction,
  { ladder = [] }: Timed,
  due: number,
): readonly [readonly EscalationRow[], readonly EscalationRow[]] {
  const escalations = ladder.filter(({ at, struckAt }) => struckAt === undefined && at <= transaction.now);
  return [escalations.filter(({ at }) => at < due), escalations.filter(({ at }) => at >= due)];
}

function fireTaskTimers(transaction: Transaction, task: OpenTask): void {
  const due = task.overdue || task.dueAt === undefined || task.dueAt > transaction.now ? undefined : task.dueAt;
  const [before, after] = escalationsDue(transaction, task, due ?? Number.NEGATIVE_INFINITY);
  const last = [...before, ...after].findLast(({ kind }) => kind === 'remind');
  let fired = before.reduce((now, escalation) => fireTaskEscalation(transaction, now, escalation, escalation === last), task);
  if (due !== undefined) {
    // Nobody has answered in time: never an approval, but an answer of its own that the procedure sees as such.
    if (transaction.context.policy.steps[task.step]?.overdue === 'outcome') {
      transaction.record({ kind: 'lapsed', key: task.key, task: task.id, shown: task.shown, after: task.after });
      return close(transaction, fired, 'lapsed');
    }
    transaction.record({ kind: 'rung', of: task.id, rung: 'overdue' });
    fired = { ...fired, overdue: true };
    transaction.putTask(fired);
    transaction.emit('overdue', { task: taskRow(fired) });
  }
  after.reduce((now, escalation) => fireTaskEscalation(transaction, now, escalation, escalation === last), fired);
}

/** Fires an escalation of a task. Of several reminders at once only the last is told. */
function fireTaskEscalation(transaction: Transaction, task: OpenTask, escalation: EscalationRow, tells: boolean): OpenTask {
  transaction.record({ kind: 'rung', of: task.id, rung: escalation.rung, due: escalation.due });
  const escalated =
    escalation.kind === 'escalate' ? { escalated: [...new Set([...(task.escalated ?? []), ...(escalation.to ?? [])])] } : {};
  const fired = { ...task, ...escalated, ladder: withFired(transaction, task, escalation) };
  const next: OpenTask = { ...fired, seats: withSupervisors(task.seats, fired.escalated) };
  transaction.putTask(next);
  transaction.emit('rung', { task: taskRow(next), body: bodyOf(next, escalation) });
  const asked =
    escalation.to === undefined
      ? task.seats.flatMap((seat) => (seat.state === undefined ? seat.candidates : []))
      : escalation.to.map((role) => ({ role }));
  if (tells || escalation.kind === 'escalate')
    notifyOf(transaction, task.id, escalation, asked, { task: task.id, step: task.step, ...bodyOf(next, escalation) });
  return next;
}

function fireClockTimers(transaction: Transaction, clock: ClockRow): void {
  const found = clockDue(clock);
  const due = found === undefined || found > transaction.now ? undefined : found;
  const [before, after] = escalationsDue(transaction, clock, due ?? Number.NEGATIVE_INFINITY);
  const last = [...before, ...after].findLast(({ kind }) => kind === 'remind');
  let fired = before.reduce((now, escalation) => fireClockEscalation(transaction, now, escalation, escalation === last), clock);
  if (due !== undefined) {
    transaction.record({ kind: 'rung', of: clock.key, rung: 'overdue' });
    fired = { ...fired, state: 'overdue' };
    changeClock(transaction, fired);
  }
  after.reduce((now, escalation) => fireClockEscalation(transaction, now, escalation, escalation === last), fired);
}

/** Fires an escalation of a deadline: it has no seats, so it tells the roles it names, or those who manage the procedure. */
function fireClockEscalation(transaction: Transaction, clock: ClockRow, escalation: EscalationRow, tells: boolean): ClockRow {
  transaction.record({ kind: 'rung', of: clock.key, rung: escalation.rung, due: escalation.due });
  const next: ClockRow = { ...clock, ladder: withFired(transaction, clock, escalation) };
  transaction.putClock(next);
  transaction.emit('rung', { clock: next, body: bodyOf(next, escalation) });
  const told = (escalation.to ?? transaction.context.policy.managedBy).map((role) => ({ role }));
  if (tells || escalation.kind === 'escalate')
    notifyOf(transaction, clock.key, escalation, told, { clock: clock.clock, ...bodyOf(next, escalation) });
  return next;
}

const withFired = (transaction: Transaction, { ladder = [] }: Timed, { rung: escalation }: EscalationRow): readonly EscalationRow[] =>
  ladder.map((one) => (one.rung === escalation && one.struckAt === undefined ? { ...one, struckAt: transaction.now } : one));

function bodyOf({ ladder = [] }: Timed, { rung: escalation, kind, to, due }: EscalationRow): JsonObject {
  const nth = ladder.filter((one) => one.kind === kind && one.struckAt !== undefined).length;
  return { rung: escalation, kind, due, nth, ...(to === undefined ? {} : { to }) };
}

/** Tells the people concerned. What cannot be delivered is on the radar. */
function notifyOf(transaction: Transaction, of: string, escalation: EscalationRow, whom: readonly Candidate[], shows: JsonObject): void {
  const shown = hashOf(shows);
  const notice = escalation.kind === 'remind' ? 'reminder' : 'escalation';
  for (const to of new Set(whom.map(addresseeOf)))
    transaction.emit('told', {
      notice: { key: `${of}!${escalation.rung}!${escalation.due}!${to}`, notice, to, shown, correction: false },
      ...transaction.contents({ [shown]: shows }),
    });
}

/** A role by its id (`role@site` at one site), a team as `team:<id>`, a person as `person:<id>`. */
function addresseeOf(candidate: Candidate): string {
  if ('role' in candidate) return candidate.site === undefined ? candidate.role : `${candidate.role}@${candidate.site}`;
  return 'team' in candidate ? `team:${candidate.team}` : `person:${candidate.person}`;
}
