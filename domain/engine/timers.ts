import { hashOf } from '../canonical-json.js';
import type { JsonObject } from '../json.js';
import { clockTimes, dueIn, sameLadder, withSupervisors } from './due.js';
import type { Rendering } from './execution.js';
import type { Candidate, ClockRow, RungRow, Timed } from './ledger.js';
import { clockDue, type OpenTask, taskRow } from './state.js';
import { close } from './tasks.js';
import type { Draft } from './transaction.js';

/** Starts, moves and ends the case's deadlines as the procedure says. */
export function keepClocks(draft: Draft, rendering: Rendering, ended: boolean): void {
  for (const [key, { clock, from, until }] of rendering.clocks) {
    const before = draft.state.clocks[key];
    const next = clockFrom(draft, { key, clock, from }, before);
    if (next === undefined) continue;
    const met = rendering.carried.has(until) && !rendering.asks.has(until);
    const missed = before?.state === 'overdue' && before.dueAt === next.dueAt;
    const state = met ? 'met' : ended ? 'ended' : missed ? 'overdue' : 'running';
    if (before?.state !== state || before.dueAt !== next.dueAt || before.from !== from || !sameLadder(before, next))
      setClock(draft, { ...next, state });
  }
  for (const clock of Object.values(draft.state.clocks)) {
    if (!rendering.clocks.has(clock.key) && ended && (clock.state === 'running' || clock.state === 'overdue'))
      setClock(draft, { ...clock, state: 'ended' });
  }
}

/** A deadline counted from a moment. Undefined: it cannot be reckoned. One that is as it was is not reckoned again. */
function clockFrom(draft: Draft, named: Pick<ClockRow, 'key' | 'clock' | 'from'>, before: ClockRow | undefined): ClockRow | undefined {
  const spec = draft.setting.policy.clocks[named.clock];
  if (before?.from === named.from) return draft.rebasing || before.state === 'ended' ? clockTimes(draft, before) : before;
  const due = spec === undefined ? undefined : dueIn(draft, spec.due, named.from, before ?? {});
  if (due === undefined && before === undefined) return undefined;
  return clockTimes(draft, { ...before, ...named, dueAt: due ?? before?.dueAt ?? named.from, state: 'running' });
}

export function setClock(draft: Draft, clock: ClockRow): void {
  draft.state.clocks = { ...draft.state.clocks, [clock.key]: clock };
  draft.emit('clock', { clock });
}

/** Strikes all that is due by now, each thing in the order of its time: rungs of ladders, tasks and deadlines that become overdue. */
export function strike(draft: Draft): void {
  for (const task of Object.values(draft.state.tasks)) if (task.state === 'open') strikeTask(draft, task);
  for (const clock of Object.values(draft.state.clocks))
    if (clock.state === 'running' || clock.state === 'overdue') strikeClock(draft, clock);
}

/** The rungs whose time has come, before a due time and from it on. */
function rungsAround(draft: Draft, { ladder = [] }: Timed, due: number): readonly [readonly RungRow[], readonly RungRow[]] {
  const rungs = ladder.filter(({ at, struckAt }) => struckAt === undefined && at <= draft.now);
  return [rungs.filter(({ at }) => at < due), rungs.filter(({ at }) => at >= due)];
}

function strikeTask(draft: Draft, task: OpenTask): void {
  const due = task.overdue || task.dueAt === undefined || task.dueAt > draft.now ? undefined : task.dueAt;
  const [before, after] = rungsAround(draft, task, due ?? Number.NEGATIVE_INFINITY);
  const last = [...before, ...after].findLast(({ kind }) => kind === 'remind');
  let struck = before.reduce((now, rung) => ring(draft, now, rung, rung === last), task);
  if (due !== undefined) {
    // Nobody has answered in time: never an approval, but an answer of its own that the procedure sees as such.
    if (draft.setting.policy.steps[task.step]?.overdue === 'outcome') {
      draft.record({ kind: 'lapsed', key: task.key, task: task.id, shown: task.shown, after: task.after });
      return close(draft, struck, 'lapsed');
    }
    draft.record({ kind: 'rung', of: task.id, rung: 'overdue' });
    struck = { ...struck, overdue: true };
    draft.state.tasks = { ...draft.state.tasks, [task.key]: struck };
    draft.emit('overdue', { task: taskRow(struck) });
  }
  after.reduce((now, rung) => ring(draft, now, rung, rung === last), struck);
}

/** Strikes a rung of a task. Of several reminders at once only the last is told. */
function ring(draft: Draft, task: OpenTask, rung: RungRow, tells: boolean): OpenTask {
  draft.record({ kind: 'rung', of: task.id, rung: rung.rung, due: rung.due });
  const escalated = rung.kind === 'escalate' ? { escalated: [...new Set([...(task.escalated ?? []), ...(rung.to ?? [])])] } : {};
  const struck = { ...task, ...escalated, ladder: strikeOff(draft, task, rung) };
  const next: OpenTask = { ...struck, seats: withSupervisors(task.seats, struck.escalated) };
  draft.state.tasks = { ...draft.state.tasks, [task.key]: next };
  draft.emit('rung', { task: taskRow(next), body: bodyOf(next, rung) });
  const asked =
    rung.to === undefined
      ? task.seats.flatMap((seat) => (seat.state === undefined ? seat.candidates : []))
      : rung.to.map((role) => ({ role }));
  if (tells || rung.kind === 'escalate') tellOf(draft, task.id, rung, asked, { task: task.id, step: task.step, ...bodyOf(next, rung) });
  return next;
}

function strikeClock(draft: Draft, clock: ClockRow): void {
  const found = clockDue(clock);
  const due = found === undefined || found > draft.now ? undefined : found;
  const [before, after] = rungsAround(draft, clock, due ?? Number.NEGATIVE_INFINITY);
  const last = [...before, ...after].findLast(({ kind }) => kind === 'remind');
  let struck = before.reduce((now, rung) => ringClock(draft, now, rung, rung === last), clock);
  if (due !== undefined) {
    draft.record({ kind: 'rung', of: clock.key, rung: 'overdue' });
    struck = { ...struck, state: 'overdue' };
    setClock(draft, struck);
  }
  after.reduce((now, rung) => ringClock(draft, now, rung, rung === last), struck);
}

/** Strikes a rung of a deadline: it has no seats, so it tells the roles it names, or those who manage the procedure. */
function ringClock(draft: Draft, clock: ClockRow, rung: RungRow, tells: boolean): ClockRow {
  draft.record({ kind: 'rung', of: clock.key, rung: rung.rung, due: rung.due });
  const next: ClockRow = { ...clock, ladder: strikeOff(draft, clock, rung) };
  draft.state.clocks = { ...draft.state.clocks, [clock.key]: next };
  draft.emit('rung', { clock: next, body: bodyOf(next, rung) });
  const told = (rung.to ?? draft.setting.policy.managedBy).map((role) => ({ role }));
  if (tells || rung.kind === 'escalate') tellOf(draft, clock.key, rung, told, { clock: clock.clock, ...bodyOf(next, rung) });
  return next;
}

const strikeOff = (draft: Draft, { ladder = [] }: Timed, { rung }: RungRow): readonly RungRow[] =>
  ladder.map((one) => (one.rung === rung && one.struckAt === undefined ? { ...one, struckAt: draft.now } : one));

function bodyOf({ ladder = [] }: Timed, { rung, kind, to, due }: RungRow): JsonObject {
  const nth = ladder.filter((one) => one.kind === kind && one.struckAt !== undefined).length;
  return { rung, kind, due, nth, ...(to === undefined ? {} : { to }) };
}

/** Tells the people concerned. What cannot be delivered is on the radar. */
function tellOf(draft: Draft, of: string, rung: RungRow, whom: readonly Candidate[], shows: JsonObject): void {
  const shown = hashOf(shows);
  const notice = rung.kind === 'remind' ? 'reminder' : 'escalation';
  for (const to of new Set(whom.map(addresseeOf)))
    draft.emit('told', {
      notice: { key: `${of}!${rung.rung}!${rung.due}!${to}`, notice, to, shown, correction: false },
      ...draft.contents({ [shown]: shows }),
    });
}

/** A role by its id (`role@site` at one site), a team as `team:<id>`, a person as `person:<id>`. */
function addresseeOf(candidate: Candidate): string {
  if ('role' in candidate) return candidate.site === undefined ? candidate.role : `${candidate.role}@${candidate.site}`;
  return 'team' in candidate ? `team:${candidate.team}` : `person:${candidate.person}`;
}
