import type { StepPolicy } from '../policy/policy.js';
import type { Draft } from './draft.js';
import type { PartAnswer } from './facts.js';
import type { Json, JsonObject } from './json.js';
import { render } from './render.js';
import type { OpenTask } from './state.js';

/** Why a date is promised where the answer does not say. */
const unsaid = 'answer';

/** The dates that an answer promises, line by line, for the ledger of promises: why, and what was wanted. Asked for before the answer is recorded. */
export function promisesIn(
  { setting, state }: Draft,
  task: OpenTask,
  step: StepPolicy,
  answered: readonly (readonly [line: string, part: PartAnswer])[],
): { readonly promises?: readonly JsonObject[] } {
  const { promises: field, promiseCause: cause, fields } = step;
  if (field === undefined) return {};
  const than = fields[field]?.whenLater?.than;
  const asked = than === undefined ? undefined : render(setting, state.subject, state.begunAt, state.facts).asks.get(task.key);
  const shown = ((asked?.shows as JsonObject | undefined)?.['lines'] ?? {}) as JsonObject;
  return {
    promises: answered.map(([line, { data }]) => {
      const wanted = than === undefined ? undefined : (shown[line] as JsonObject | undefined)?.[than];
      const said = cause === undefined ? undefined : data[cause];
      const why: Json = typeof said === 'string' ? said : unsaid;
      return { line, date: data[field] ?? null, cause: why, ...(typeof wanted === 'string' ? { wanted } : {}) };
    }),
  };
}
