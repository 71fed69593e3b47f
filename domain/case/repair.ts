import type { ProcedurePolicy, StepPolicy } from '../policy/policy.js';
import { canon, hashText } from './canon.js';
import type { JsonObject } from './json.js';
import type { Ask } from './registers.js';
import { starterKey, starterStepName } from './starter.js';
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

/** The policy of that step: the starter corrects the order and sends it in again. */
const starterStep: StepPolicy = {
  name: { en: 'Correction by the starter', zh: '发起人修改', id: 'Perbaikan oleh pemulai' },
  clauses: [],
  overdue: 'ladder',
  outcomes: { resubmitted: { name: { en: 'Sent in again', zh: '已重新提交', id: 'Sudah diajukan lagi' }, fields: ['note'] } },
  fields: { note: { name: { en: 'What was changed', zh: '修改说明', id: 'Apa yang diubah' }, type: 'text', required: false } },
  perLine: false,
  returnTo: [],
};

/** What is asked of the starter: why it came back, and from which task. */
export function starterAsk({
  n,
  by,
  reason,
  starter,
}: {
  readonly n: number;
  readonly by: string;
  readonly reason: string;
  readonly starter: string;
}): Ask {
  const shows: JsonObject = { by, reason, task: starter, returned: n };
  return { key: starterKey, step: starterStepName, shows, shown: hashText(canon(shows)), after: [] };
}

/** Whether a step is the engine's own: it carries out no clause of any book. */
export const isRepair = ({ clauses }: StepPolicy): boolean => clauses.length === 0;

/** The policy of any step a task may have. */
export function stepPolicy(policy: ProcedurePolicy, step: string): StepPolicy | undefined {
  if (step === repairStepName) return repairStep(policy);
  return step === starterStepName ? starterStep : policy.steps[step];
}

/** The repair task of an effect that failed for good. */
export function repairAsk(effect: EffectState): Ask | undefined {
  if (effect.failed === undefined) return undefined;
  const { action, code, detail, input, fact } = effect.failed;
  const shows: JsonObject = { effect: effect.name, action, code, detail, input, failure: fact };
  return { key: `${effect.key}!${repairStepName}`, step: repairStepName, shows, shown: hashText(canon(shows)), after: [] };
}
