import type { ProcedurePolicy, StepPolicy } from '../policy/policy.js';
import { canon, hashText } from './canon.js';
import type { JsonObject } from './json.js';
import type { Ask } from './registers.js';
import type { EffectState } from './state.js';

/** The step of every repair task; no procedure may name a step like it. */
export const repairStepName = 'repair';

/** The policy of the repair step: a person tries the effect again, or has done by hand what it should have done. */
export function repairStep(policy: ProcedurePolicy): StepPolicy {
  return {
    name: { en: 'Repair', zh: '故障处理', id: 'Perbaikan' },
    clauses: [],
    roles: policy.repairedBy,
    overdue: 'ladder',
    outcomes: {
      retry: { name: { en: 'Try again', zh: '重试', id: 'Coba lagi' }, fields: [] },
      'done-by-hand': { name: { en: 'Done by hand', zh: '已人工完成', id: 'Sudah dikerjakan manual' }, fields: ['note'] },
    },
    fields: { note: { name: { en: 'What was done', zh: '处理说明', id: 'Apa yang dikerjakan' }, type: 'text', required: true } },
    perLine: false,
    returnTo: [],
  };
}

/** Whether a step is the engine's own: it carries out no clause of any book. */
export const isRepair = ({ clauses }: StepPolicy): boolean => clauses.length === 0;

/** The policy of any step a task may have. */
export function stepPolicy(policy: ProcedurePolicy, step: string): StepPolicy | undefined {
  return step === repairStepName ? repairStep(policy) : policy.steps[step];
}

/** The repair task of an effect that failed for good. */
export function repairAsk(effect: EffectState): Ask | undefined {
  if (effect.failed === undefined) return undefined;
  const { action, code, detail, input, fact } = effect.failed;
  const shows: JsonObject = { effect: effect.name, action, code, detail, input, failure: fact };
  return { key: `${effect.key}!${repairStepName}`, step: repairStepName, shows, shown: hashText(canon(shows)), after: [] };
}
