import * as z from 'zod';
import { mayAct, verbsOf } from '../../domain/authority.js';
import type { Command, CommandBody } from '../../domain/case/command.js';
import type { JsonObject } from '../../domain/case/json.js';
import type { TaskRow } from '../../domain/case/rows.js';
import { plainText } from '../../domain/contracts/plain-text.js';
import type { StepPolicy } from '../../domain/policy/policy.js';
import type { Delivered } from '../courier/contract.js';
import { answerData } from './answer.js';
import { identify } from './auth.js';

import { deliver, namesIn, opened } from './deliver.js';
import { actorOf, type Caller, type Edge, namesFor } from './edge.js';

import { type EdgeApp, serve } from './endpoint.js';
import { holdBody, holdFields, holdOf, holdProblem } from './holds.js';
import { requireKey } from './idempotency.js';
import { stepOf, taskView } from './present.js';
import { Problem } from './problem.js';
import { commandAnswer } from './schemas.js';
import { managing, stateProblem } from './task-routes.js';
import type { Names } from './words.js';

const commandSchema = z
  .strictObject({
    verb: z.string().min(1).max(40).meta({ description: 'complete, return (where the step has it), hold or resume.', example: 'complete' }),
    rev: z.number().int().min(1).meta({ description: 'The revision of the task that was decided on.' }),
    data: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'complete: the answer, by the schema of the task’s form.', example: { outcome: 'accurate' } }),
    to: z.string().min(1).max(120).optional().meta({ description: 'return: the step to go back to.' }),
    reason: plainText().optional().meta({ description: 'return: why. hold: more about its cause.' }),
    ...holdFields,
  })
  .meta({ id: 'TaskCommand' });
type Asked = z.infer<typeof commandSchema>;

/** Decisions on tasks. */
export function taskCommandRoute(app: EdgeApp, edge: Edge): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/tasks/{taskId}/commands',
      tag: 'Tasks',
      summary: 'Complete a task, return it, put it on hold or resume it',
      description:
        'Names the task and its revision: nobody approves what they did not see. When the answer comes, every list shows the case as it is after the decision.',
      params: { taskId: 'The task id, URL-encoded into one segment.' },
      key: 'required',
      body: commandSchema,
      answer: { status: 200, description: 'It is decided and durable.', schema: commandAnswer },
    },
    async ({ c, param, body }) => {
      const key = requireKey(c);
      const taskId = param('taskId');
      const caller = await identify(edge, c, { taskId });
      const { person, locale, task, case: head } = caller;
      if (task === undefined || head === undefined || !mayAct(person, head.company, { on: 'read' }).allowed)
        throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
      const asked = await body();
      const names = await namesFor(edge, head);
      const wanted = { caseId: head.id, actor: person.id, key, asked: { task: taskId, ...asked } as JsonObject, names };
      const done = await deliver(edge, wanted, () => decide(edge, caller, task, asked, names));
      const delivered = asked.verb === 'return' ? await opened(edge, done) : done;
      return c.json({
        task: afterwards(task, asked, delivered),
        openTasks: delivered.openTasks.map((row) => taskView(row, names, locale)),
        pending: delivered.flying > 0,
        status: delivered.status,
        turn: delivered.turn,
      });
    },
  );
}

/**
 * The command for what was asked, in the order of the questions: is there such a verb, is it theirs, is the task open and what was seen, does
 * the form fit.
 */
async function decide(edge: Edge, { person, locale, case: head }: Caller, task: TaskRow, asked: Asked, names: Names): Promise<Command> {
  const step = stepOf(names, task.step);
  if (step === undefined || head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const authority = mayAct(person, head.company, {
    on: 'task',
    verb: asked.verb,
    seats: task.seats,
    step,
    about: head.about,
    ...managing(names),
  });
  if (!authority.allowed)
    throw new Problem(authority.code === 'STRANGER' ? 'TASK_UNKNOWN' : authority.code, {
      values: { task: task.id, ...authority.values },
      names: { ...names, people: await namesIn(edge, authority.values) },
    });
  const hindrance = stateProblem(task);
  if (hindrance !== undefined)
    throw new Problem(hindrance.code, { values: hindrance.values, names: { ...names, people: await namesIn(edge, hindrance.values) } });
  const standing = holdProblem(asked.verb, holdOf(task));
  if (standing !== undefined) throw new Problem(standing.code, { values: standing.values, names });
  if (asked.rev !== task.rev) throw new Problem('TASK_CHANGED', { field: '/rev', values: { task: task.id, rev: task.rev } });
  if (asked.verb !== 'complete') return { ...bodyFor(task, asked, step, names), ...actorOf(person, authority) };
  const { to, reason, cause, until } = asked;
  refuseFields({ cause, until, to, reason });
  requireOutcome(asked.data, step);
  const data = await answerData(edge, { task, step, company: head.company, locale }, asked.data, names);
  return { verb: 'complete', task: task.id, rev: asked.rev, data, ...actorOf(person, authority) };
}

function bodyFor(task: TaskRow, asked: Asked, step: StepPolicy, names: Names): CommandBody {
  const on = { task: task.id, rev: asked.rev };
  const { verb, data, to, reason, cause, until } = asked;
  if (verb !== 'hold') refuseFields({ cause, until });
  switch (verb) {
    case 'hold':
      refuseFields({ data, to });
      return { ...holdBody(asked, names), ...on };
    case 'resume':
      refuseFields({ data, to, reason });
      return { verb, ...on };
    case 'return': {
      refuseFields({ data });
      if (to === undefined) throw required('/to');
      if (reason === undefined) throw required('/reason');
      const steps = Object.keys((names.procedure === undefined ? undefined : names.book?.procedures[names.procedure])?.steps ?? {});
      if (!steps.includes(to)) throw new Problem('STEP_UNKNOWN', { field: '/to', values: { step: to, allowed: step.returnTo }, names });
      if (!step.returnTo.includes(to))
        throw new Problem('RETURN_TARGET_UNKNOWN', { field: '/to', values: { to, allowed: step.returnTo }, names });
      return { verb, ...on, to, reason };
    }
    default:
      throw new Problem('VERB_UNKNOWN', { field: '/verb', values: { verb, allowed: verbsOf(step) }, names });
  }
}

const required = (field: string): Problem => new Problem('FIELD_REQUIRED', { field, values: { field } });

function refuseFields(fields: Readonly<Record<string, unknown>>): void {
  const [name] = Object.entries(fields).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) throw new Problem('FIELD_UNKNOWN', { field: `/${name}`, values: { field: `/${name}` } });
}

/** An outcome that the step does not have is told as such, before its fields are looked at. */
function requireOutcome(data: Readonly<Record<string, unknown>> | undefined, step: StepPolicy): void {
  if (data === undefined) throw required('/data');
  const { outcome } = data;
  if (typeof outcome !== 'string' || Object.hasOwn(step.outcomes, outcome)) return;
  throw new Problem('OUTCOME_UNKNOWN', { field: '/data/outcome', values: { outcome, allowed: Object.keys(step.outcomes) } });
}

/** What became of the task: still open when lines are left. */
function afterwards(task: TaskRow, asked: Asked, { openTasks }: Delivered) {
  const left = openTasks.find(({ id }) => id === task.id);
  if (left !== undefined)
    return { id: left.id, state: 'open' as const, rev: left.rev, ...(left.lines === undefined ? {} : { lines: [...left.lines] }) };
  const outcome = asked.data?.['outcome'];
  return {
    id: task.id,
    state: asked.verb === 'return' ? ('returned' as const) : ('completed' as const),
    rev: task.rev,
    ...(typeof outcome === 'string' ? { outcome } : {}),
  };
}
