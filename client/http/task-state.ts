import type { CaseHead } from '../../db/authenticate.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import type { Json } from '../../domain/json.js';
import type { StepPolicy } from '../../domain/policy/policy.js';
import type { Names } from './words.js';

/** What the rule of who may act is asked about a task, before the verb and the seats that are meant. */
export function wishOn({ closedBy }: TaskRow, step: StepPolicy, { about }: CaseHead, names: Names) {
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  return { on: 'task', step, about, answeredBy: closedBy, ...(procedure === undefined ? {} : { managedBy: procedure.managedBy }) } as const;
}

/** Why nobody can act on a task in its state. */
export function stateProblem(
  task: TaskRow,
): { readonly code: 'TASK_CLOSED' | 'TASK_SUSPENDED'; readonly values: { readonly [name: string]: Json } } | undefined {
  if (task.state === 'open') return undefined;
  if (task.state === 'suspended') return { code: 'TASK_SUSPENDED', values: { task: task.id } };
  const { id, step, closedBy = 'engine', closedFor, closedAt = 0, outcome, state } = task;
  const verb = state === 'completed' ? 'complete' : state;
  return {
    code: 'TASK_CLOSED',
    values: {
      task: id,
      step,
      by: closedBy,
      at: closedAt,
      verb,
      ...(closedFor === undefined ? {} : { actingFor: closedFor }),
      ...(outcome === undefined ? {} : { outcome }),
    },
  };
}
