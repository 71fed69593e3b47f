import type { Json } from '../../domain/case/json.js';
import type { TaskRow } from '../../domain/case/rows.js';
import type { Names } from './words.js';

/** The roles that manage the procedure that names speak of. */
export function managing(names: Names): { readonly managedBy?: readonly string[] } {
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  return procedure === undefined ? {} : { managedBy: procedure.managedBy };
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
