import { act } from '../domain/engine/commands/dispatch.js';
import { render } from '../domain/engine/execution.js';
import { type ProcedureContext, procedureContext } from '../domain/engine/procedure.js';
import { snapshotOf } from '../domain/engine/snapshot.js';
import type { CaseState } from '../domain/engine/state.js';
import { attemptEnded, begin } from '../domain/engine/turn.js';
import type { Json } from '../domain/json.js';
import type { Books } from '../domain/policy/policy.js';
import { settingOf } from '../tests/support/play.js';
import { editionIdOf } from '../worker/edition.js';
import { createRehearser } from '../worker/rehearse.js';
import { procedures } from '../workflows/procedures.js';
import { agreeing, exampleOrder, type IntakeStep, intake, saidOf } from './hehe-order.js';
import type { Line } from './report.js';
import { median } from './statistics.js';

const begunAt = Date.UTC(2026, 10, 27, 1);

/** What the pure core takes, in plain Node: rendering 50 facts, and rehearsing a case's move (G11). */
export function pureLines(books: Books): readonly Line[] {
  const setting = heheIntake(books);
  const long = longCase(setting);
  const { subject, facts } = long;
  const renderUs = timed(() => render(setting, subject, begunAt, facts), 300) * 1000;
  const open = answered(setting, begun(setting), intake(exampleOrder('mixed')).slice(0, 5));
  const snapshot = snapshotOf(open);
  const rehearse = createRehearser();
  const next = { id: editionIdOf({ books }).id, books };
  if (rehearse(snapshot, next) === undefined) throw new Error('the case cannot be rehearsed here');
  const rehearsalMs = timed(() => rehearse(snapshot, next), 100);
  return [
    {
      goal: '',
      what: `render of ${facts.length} facts`,
      value: renderUs,
      unit: 'µs',
      must: 100,
      note: `order intake with ${roundsIn(long)} rounds of clarification, the books read in each`,
    },
    {
      goal: 'G11',
      what: 'rehearsal of one case',
      value: rehearsalMs,
      unit: 'ms',
      must: 1,
      aim: 0.1,
      note: `order intake, ${open.facts.length} facts`,
    },
    countersignLine(),
  ];
}

const seatCount = 20;

/** A vote on a countersign of twenty seats, as the engine takes it: once to validate, once to do. The mean over all twenty. */
function countersignLine(): Line {
  const seats = Array.from({ length: seatCount }, (_, index) => ({ id: `s${index}`, roles: [`s${index}`] }));
  const sign = (desk: { ask(step: string, options: { readonly shows: unknown }): unknown }): unknown =>
    desk.ask('sign', { shows: { n: 1 } });
  const setting = settingOf(sign, { steps: { sign: { seats: { mode: 'all', of: seats } } } });
  const start = { caseId: 'tests:sign:B', company: 'tests', procedure: 'sign', number: 'B', edition: 'bench', by: 'bench' };
  const begun = begin(setting, { ...start, subject: {} }, begunAt).state;
  const all = (): CaseState =>
    seats.reduce((state, { id }) => {
      const [task] = Object.values(state.tasks);
      const command = { verb: 'complete', task: task?.id ?? '', rev: task?.rev ?? 0, seat: id, data: { outcome: 'done' }, by: id } as const;
      act(setting, state, command, begunAt);
      return act(setting, state, command, begunAt).state;
    }, begun);
  if (all().status !== 'closed') throw new Error('the countersign does not end');
  return { goal: '', what: `a verb on a ${seatCount}-seat countersign`, value: timed(all, 5) / seatCount, unit: 'ms', must: 30 };
}

function heheIntake(books: Books): ProcedureContext {
  const setting = procedureContext(books['hehe'], 'order-intake', () => procedures.heheOrderIntake);
  if (setting === undefined) throw new Error('Hehe has no order intake');
  return setting;
}

function begun(setting: ProcedureContext): CaseState {
  const start = { caseId: 'hehe:order-intake:B', company: 'hehe', procedure: 'order-intake', number: 'B', edition: 'bench', by: 'bench' };
  return begin(setting, { ...start, subject: exampleOrder('mixed') }, begunAt).state;
}

/** A case of 50 facts: rounds of clarification until there are enough, then the main path, before whose first answer the books are read once more. */
function longCase(setting: ProcedureContext): CaseState {
  const round = [
    { step: 'initial-review', data: { outcome: 'problem', problems: 'code and name differ' } },
    { step: 'clarify', data: { outcome: 'settled', settlement: 'the code counts' } },
  ];
  const path = intake(exampleOrder('mixed')).slice(0, 7);
  let state = begun(setting);
  while (state.facts.length + 1 + path.length < 50) state = answered(setting, state, round);
  return answered(setting, state, path);
}

const roundsIn = ({ facts }: CaseState): number => facts.filter((fact) => fact.kind === 'answered' && fact.key.endsWith('/clarify')).length;

/** A case whose books have answered. */
function looked(setting: ProcedureContext, state: CaseState): CaseState {
  const result = agreeing(exampleOrder('mixed')) as unknown as Json;
  const asked = Object.values(state.effects).filter(({ name, flight }) => name === 'order-books' && flight !== undefined);
  return asked.reduce((before, { key }) => attemptEnded(setting, before, begunAt, key, { ok: true, result }).state, state);
}

function answered(setting: ProcedureContext, state: CaseState, answers: readonly Pick<IntakeStep, 'step' | 'data'>[]): CaseState {
  return answers.reduce((standing, { step, data }) => {
    const before = looked(setting, standing);
    const task = Object.values(before.tasks).find((open) => open.step === step && open.state === 'open');
    if (task === undefined) throw new Error(`${step} is not open`);
    const command = { verb: 'complete', task: task.id, rev: task.rev, data: saidOf(data, []), by: 'bench' } as const;
    return act(setting, before, command, begunAt).state;
  }, state);
}

/** Milliseconds a call, warm: the median of 20 batches. */
function timed(work: () => unknown, batch: number): number {
  for (let call = 0; call < batch * 5; call++) work();
  const batches = Array.from({ length: 20 }, () => {
    const since = performance.now();
    for (let call = 0; call < batch; call++) work();
    return (performance.now() - since) / batch;
  });
  return median(batches);
}
