import { freeze } from './canon.js';
import type { Fact } from './facts.js';
import type { CaseState } from './state.js';

/** Old names of steps and what they are called now. */
export type Renamed = Readonly<Record<string, string>>;

/** A key whose last part, the step, has another name now. */
export function renamedKey(key: string, names: Renamed): string {
  const at = key.lastIndexOf('/') + 1;
  const step = key.slice(at);
  return Object.hasOwn(names, step) ? key.slice(0, at) + names[step] : key;
}

/** A case in which steps have their new names: answers, votes and open tasks go on under them. Ids of tasks stay; nobody is asked anew. */
export function withNames(state: CaseState, names: Renamed): CaseState {
  if (Object.keys(names).length === 0) return state;
  const own = (key: string): string => renamedKey(key, names);
  const renamedTasks = (tasks: CaseState['tasks']): CaseState['tasks'] =>
    Object.fromEntries(
      Object.values(tasks).map((task) => [own(task.key), { ...task, key: own(task.key), step: names[task.step] ?? task.step }]),
    );
  return {
    ...state,
    facts: state.facts.map((fact) => renamedFact(fact, own)),
    tasks: renamedTasks(state.tasks),
    ...(state.ended === undefined ? {} : { ended: { ...state.ended, tasks: renamedTasks(state.ended.tasks) } }),
    opened: Object.fromEntries(Object.entries(state.opened).map(([key, times]) => [own(key), times])),
  };
}

function renamedFact(fact: Fact, own: (key: string) => string): Fact {
  switch (fact.kind) {
    case 'answered':
    case 'lapsed':
    case 'seated':
    case 'passed':
      return own(fact.key) === fact.key ? fact : freeze({ ...fact, key: own(fact.key) });
    case 'struck':
    case 'reopened':
      return fact.redo === undefined ? fact : freeze({ ...fact, redo: fact.redo.map(own) });
    default:
      return fact;
  }
}
