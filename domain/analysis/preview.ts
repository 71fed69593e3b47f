import type { Row, TaskRow } from '../engine/ledger.js';
import { type ProcedureContext } from '../engine/procedure.js';
import { Refusal } from '../engine/refusal.js';
import type { CaseState } from '../engine/state.js';
import { stepPolicy } from '../engine/system-tasks.js';
import type { Next } from '../engine/view.js';
import { type Action, type Moment, perform } from './actions.js';

/**
 * Tries each outcome of an open task out, as its answer would be taken: pure, nothing is recorded. `by` is who would answer: those who may
 * not act after them are then left out. Empty where the task is not open.
 */
export function previewOf(context: ProcedureContext, moment: Moment, taskId: string, by: string): readonly Next[] {
  const task = Object.values(moment.state.tasks).find(({ id, state }) => id === taskId && state === 'open');
  const step = task === undefined ? undefined : stepPolicy(context.policy, task.step);
  if (task === undefined || step === undefined) return [];
  const lines = task.parts === undefined ? {} : { lines: Object.keys(task.parts) };
  return Object.keys(step.outcomes).map((outcome) => {
    const action: Action = { kind: 'complete', key: task.key, outcome, ...lines };
    const allLines = (task.lines?.length ?? 0) > 1;
    try {
      const { state, rows } = perform(context, moment, action, { subject: moment.state.subject, by });
      return { outcome, allLines, ...followed(task, state, rows) };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return { outcome, allLines, opens: [], effects: [], ends: false, refused: thrown.code };
    }
  });
}

const asked: ReadonlySet<string> = new Set(['opened', 'reopened', 'resumed', 'revised']);

function followed(answered: TaskRow, state: CaseState, rows: readonly Row[]): Omit<Next, 'outcome' | 'allLines'> {
  const tasks = rows.flatMap(({ type, task }) => (task !== undefined && asked.has(type) ? [task] : []));
  const still = state.tasks[answered.key];
  const waits = tasks.length === 0 && still?.id === answered.id ? [still] : [];
  const latest = new Map([...tasks, ...waits].map((task) => [task.id, task]));
  return {
    opens: [...latest.values()].map(({ key, step, seats, dueAt }) => ({ key, step, seats, ...(dueAt === undefined ? {} : { dueAt }) })),
    effects: [...new Set(rows.flatMap(({ effect }) => (effect?.state === 'flying' ? [effect.effect] : [])))],
    ends: state.outcome !== undefined,
  };
}
