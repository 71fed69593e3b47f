import { hashOf } from '../canonical-json.js';
import type { JsonObject } from '../json.js';
import type { ProcedurePolicy, StepPolicy } from '../policy/policy.js';
import { bouncedStepName, repairStepName, starterKey, starterStepName } from '../policy/reserved-steps.js';
import type { TaskRequest } from './requests.js';
import type { EffectState } from './state.js';

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

/** The policy of the step about a mail that came back: it is sent once more, or a person sees to it in another way. */
function bouncedStep({ repairedBy }: ProcedurePolicy): StepPolicy {
  return {
    name: { en: 'Mail that came back', zh: '退信处理', id: 'Surel yang kembali' },
    clauses: [],
    roles: repairedBy,
    overdue: 'ladder',
    outcomes: {
      'send-again': { name: { en: 'Send again', zh: '重新发送', id: 'Kirim lagi' }, fields: ['email'] },
      settled: { name: { en: 'Seen to otherwise', zh: '已用其他方式处理', id: 'Sudah diurus dengan cara lain' }, fields: ['note'] },
    },
    fields: {
      email: {
        name: {
          en: 'Address to send to; the same one when empty',
          zh: '收件地址；留空则仍发往原地址',
          id: 'Alamat tujuan; alamat yang sama bila kosong',
        },
        type: 'email',
        required: false,
      },
      note: {
        name: {
          en: 'What was done, such as told by telephone',
          zh: '处理说明，如已电话告知',
          id: 'Apa yang dilakukan, misalnya diberi tahu lewat telepon',
        },
        type: 'text',
        required: true,
      },
    },
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
}): TaskRequest {
  const shows: JsonObject = { by, reason, task: starter, returned: n };
  return { key: starterKey, step: starterStepName, shows, shown: hashOf(shows), after: [] };
}

/** Whether a step is the engine's own: it carries out no clause of any book. */
export const isRepair = ({ clauses }: StepPolicy): boolean => clauses.length === 0;

/** The policy of any step a task may have. */
export function stepPolicy(policy: ProcedurePolicy, step: string): StepPolicy | undefined {
  if (step === repairStepName) return repairStep(policy);
  if (step === bouncedStepName) return bouncedStep(policy);
  return step === starterStepName ? starterStep : policy.steps[step];
}

/** What people are asked about an effect: to repair what failed for good, and to see to its mail that came back. */
export function repairAsks({ key, name, failed, bounced, done, flight: attempt }: EffectState): readonly TaskRequest[] {
  const requests: TaskRequest[] = [];
  if (failed !== undefined) {
    const { action, code, detail, input, fact } = failed;
    requests.push(askOf(key, repairStepName, { effect: name, action, code, detail, input, failure: fact }));
  }
  if (bounced !== undefined && attempt === undefined) {
    const { to, reason, fact } = bounced;
    requests.push(askOf(key, bouncedStepName, { effect: name, to, reason, input: done?.hash ?? '', bounce: fact }));
  }
  return requests;
}

const askOf = (key: string, step: string, shows: JsonObject): TaskRequest => ({
  key: `${key}!${step}`,
  step,
  shows,
  shown: hashOf(shows),
  after: [],
});

/** The key of the effect that a repair task is about. */
export const effectKeyOf = ({ key, step }: Pick<TaskRequest, 'key' | 'step'>): string => key.slice(0, -`!${step}`.length);
