import * as z from 'zod';
import type { CaseHead, FormContent } from '../../../db/authentication.js';
import { isMember } from '../../../db/people.js';
import { type CollaborationVerb, collaborationVerbs } from '../../../domain/authority/collaboration.js';
import { mayAct, taskVerbs, verbsOf } from '../../../domain/authority/may-act.js';
import type { Command, CommandBody } from '../../../domain/engine/command.js';
import type { TaskRow } from '../../../domain/engine/ledger.js';
import { taskChanged } from '../../../domain/engine/refusal.js';
import { type SeatVerb, seatVerbs } from '../../../domain/engine/verbs.js';
import type { JsonObject } from '../../../domain/json.js';
import { plainText } from '../../../domain/plain-text.js';
import { rejection } from '../../../domain/policy/answer.js';
import type { StepPolicy } from '../../../domain/policy/policy.js';
import type { Locale } from '../../../domain/texts/texts.js';
import type { Delivered } from '../../dispatch/contract.js';
import { identify } from '../http/auth.js';
import { anyMoment, count } from '../http/bounds.js';
import { type ApiContext, actorOf, type Caller, namesFor, type RequestContext } from '../http/context.js';
import { deliver, onceTasksOpen } from '../http/deliver.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { keyLimit, requireKey } from '../http/idempotency.js';
import { stepOf } from '../http/message.js';
import { fieldRequired, fieldUnknown, Problem, sentenceOf } from '../http/problem.js';
import { readableTask, requireAllowed } from '../http/scope.js';
import { type Names, procedureOf } from '../http/words.js';
import { answerData } from './answer.js';
import { collaborate, isCollaboration, seatsFor, withClaims } from './collaboration.js';
import { accessRequest, holdOf, holdProblem, requireNone, requireSeat, stateProblem } from './guards.js';
import { task, taskView } from './task.js';

/** What a command says of a hold. */
export const holdFields = {
  cause: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .meta({ description: 'hold: why, one of the company’s hold causes.', example: 'waiting-for-customer' }),
  until: anyMoment.optional().meta({ description: 'hold: when it ends by itself; without, when it is resumed.' }),
};

interface HoldAsked {
  readonly cause?: string | undefined;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
}

/** The hold that was asked for; its cause is one that the company has. */
export function holdBody({ cause, until, reason }: HoldAsked, names: Names): Extract<CommandBody, { verb: 'hold' }> {
  const causes = Object.keys(names.book?.company.holdCauses ?? {});
  if (cause === undefined) throw fieldRequired('/cause');
  if (!causes.includes(cause))
    throw new Problem('FIELD_INVALID', { field: '/cause', values: { field: '/cause', rule: 'choice', allowed: causes }, names });
  return {
    verb: 'hold',
    cause,
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What becomes of answers after the step that is asked again. */
export const redo = z.enum(['keep', 'all']);

/** What a command on a task says of seats. */
export const seatFields = {
  seat: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .meta({ description: 'Which signature, where a step has several; yours when absent. remove-signer and skip: whose.' }),
  where: z
    .enum(['before', 'after', 'beside'])
    .optional()
    .meta({ description: 'add-signer: whether the person signs before, after or beside the seat; beside when absent.' }),
  redo: redo
    .optional()
    .meta({ description: 'return, where the policy leaves the choice: keep later answers that are still valid, or ask all of them anew.' }),
};

interface SeatAsked {
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly to?: string | undefined;
  readonly reason?: string | undefined;
  readonly where?: 'before' | 'after' | 'beside' | undefined;
  readonly redo?: 'keep' | 'all' | undefined;
}

/** The task a command is about, and for whom words are made. */
export interface TaskContext {
  readonly company: string;
  readonly locale: Locale;
  readonly task: TaskRow;
  readonly step: StepPolicy;
  readonly names: Names;
  /** What the answer is held against, as far as it has been read. */
  readonly form: FormContent | undefined;
}

type Body = Extract<CommandBody, { verb: SeatVerb }>;

type On = Pick<Body, 'task' | 'rev' | 'seat'>;

export const isSeatVerb = (verb: string): verb is SeatVerb => seatVerbs.some((one) => one === verb);

/** Which fields each verb takes beside the seat. */
const takes: Readonly<Record<SeatVerb, readonly (keyof SeatAsked)[]>> = {
  complete: ['data'],
  reject: ['data', 'reason'],
  return: ['to', 'reason', 'redo'],
  withdraw: ['reason'],
  transfer: ['to', 'reason'],
  delegate: ['to', 'reason'],
  'add-signer': ['to', 'where', 'reason'],
  'remove-signer': ['reason'],
  skip: ['reason'],
};

/** The command that a verb on a task makes; form, target and reason as far as they can be told here. */
export async function seatBody(api: ApiContext, around: TaskContext, verb: SeatVerb, on: On, asked: SeatAsked): Promise<Body> {
  const surplus = (['data', 'to', 'reason', 'where', 'redo'] as const).find(
    (name) => asked[name] !== undefined && !takes[verb].includes(name),
  );
  if (surplus !== undefined) throw fieldUnknown(`/${surplus}`);
  const { to, reason, where = 'beside', redo } = asked;
  const { company, task, step, names } = around;
  const because = reason === undefined ? {} : { reason };
  switch (verb) {
    case 'complete':
      requireOutcome(asked.data, step);
      return { verb, ...on, data: await answerData(api, around, asked.data, names) };
    case 'reject':
      return {
        verb,
        ...on,
        reason: need(reason, '/reason'),
        data: await answerData(api, around, refusing(step, asked, need(reason, '/reason')), names),
      };
    case 'return': {
      const target = need(to, '/to');
      return { verb, ...on, to: knownStep(target, step, names), reason: need(reason, '/reason'), ...(redo === undefined ? {} : { redo }) };
    }
    case 'withdraw':
      return { verb, ...on, ...because };
    case 'transfer':
    case 'delegate':
      return { verb, ...on, to: await colleague(api, company, need(to, '/to')), ...because };
    case 'add-signer':
      return { verb, ...on, to: await colleague(api, company, need(to, '/to')), where, ...because };
    case 'remove-signer':
      if (on.seat === undefined && task.seats.length > 1) throw fieldRequired('/seat');
      return { verb, ...on, reason: need(reason, '/reason') };
    case 'skip':
      return { verb, ...on, reason: need(reason, '/reason') };
  }
}

function need(value: string | undefined, field: string): string {
  if (value === undefined) throw fieldRequired(field);
  return value;
}

/** An outcome that the step does not have is told as such, before its fields are looked at. */
function requireOutcome(data: Readonly<Record<string, unknown>> | undefined, step: StepPolicy): void {
  if (data === undefined) throw fieldRequired('/data');
  const { outcome } = data;
  if (typeof outcome !== 'string' || Object.hasOwn(step.outcomes, outcome)) return;
  throw new Problem('OUTCOME_UNKNOWN', { field: '/data/outcome', values: { outcome, allowed: Object.keys(step.outcomes) } });
}

/** A "no", with the outcome that it is. */
function refusing(step: StepPolicy, { data = {} }: SeatAsked, reason: string): JsonObject {
  const found = rejection(step, data as JsonObject, reason);
  if (found.ok) return found.data;
  throw new Problem('OUTCOME_UNKNOWN', { field: '/data/outcome', values: found.values });
}

/** Where a return goes: a step of the procedure that the policy names, or the step before. */
function knownStep(to: string, step: StepPolicy, names: Names): string {
  const steps = Object.keys(procedureOf(names)?.steps ?? {});
  const allowed = step.returnTo;
  if (!steps.includes(to) && to !== 'previous' && to !== 'starter')
    throw new Problem('STEP_UNKNOWN', { field: '/to', values: { step: to, allowed }, names });
  if (!allowed.includes(to)) throw new Problem('RETURN_TARGET_UNKNOWN', { field: '/to', values: { to, allowed }, names });
  return to;
}

/** Somebody who is there and works for the company. */
async function colleague(api: ApiContext, company: string, person: string): Promise<string> {
  if (!(await isMember(api.db, company, person))) throw new Problem('PERSON_UNKNOWN', { field: '/to', values: { person } });
  return person;
}

const id = z.string();

export const commandAnswer = z
  .object({
    task: z.object({
      id,
      state: z.enum(['open', 'completed', 'returned', 'taken-back']),
      rev: z.number().int(),
      outcome: z.string().optional(),
      lines: z.array(z.string()).optional(),
    }),
    openTasks: z.array(task).meta({ description: 'All open tasks of the case now; lists show them already.' }),
    pending: z.boolean().meta({ description: 'An effect is under way: further tasks may follow, and an event then says so.' }),
    status: z.string(),
    turn: z.number().int(),
    note: z.number().int().optional().meta({ description: 'Of what was done beside the task.' }),
  })
  .meta({ id: 'CommandAnswer' });

export const commandSchema = z
  .strictObject({
    verb: z
      .string()
      .min(1)
      .max(40)
      .meta({
        description: `As far as the step has it: ${taskVerbs.join(', ')}. Beside it: ${collaborationVerbs.join(', ')}.`,
        example: 'complete',
      }),
    rev: count.meta({ description: 'The revision of the task that was decided on.' }),
    data: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'complete, reject: the answer, by the schema of the task’s form.', example: { outcome: 'accurate' } }),
    to: z.string().min(1).max(120).optional().meta({
      description: 'return: the step to go back to, or `previous`. transfer, delegate, add-signer, reassign, copy, consult: a person.',
    }),
    text: plainText(2_000).optional().meta({ description: 'comment, consult (required), urge, copy, reassign, release: in words.' }),
    reason: plainText()
      .optional()
      .meta({ description: 'Why: needed to reject, return, remove a signer or skip. hold: more about its cause.' }),
    ...seatFields,
    ...holdFields,
  })
  .meta({ id: 'TaskCommand' });

type Asked = z.infer<typeof commandSchema>;

/** Decisions on tasks. */
export function taskCommandRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/tasks/{taskId}/commands',
      tag: 'Tasks',
      summary: 'Answer a task, return it, take an answer back, change who signs it, put it on hold',
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
      const caller = await identify(api, c, { taskId, toAnswer: true });
      readableTask(caller, taskId);
      return c.json(await command(api, caller, { taskId, key, asked: await body() }));
    },
  );
}

/** Carries out a command on the task that the caller was identified with. `key` names it among those of the caller. */
export async function command(
  api: ApiContext,
  caller: Caller,
  { taskId, key, asked }: { readonly taskId: string; readonly key: string; readonly asked: Asked },
) {
  const { task, head } = readableTask(caller, taskId);
  if (isCollaboration(asked.verb)) return collaborationAnswer(api, caller, task, { ...asked, verb: asked.verb }, key);
  const names = await namesFor(api, head);
  const wanted = { caseId: head.id, actor: caller.person.id, key, asked: { task: taskId, ...asked } as JsonObject, names };
  const done = await deliver(api, wanted, () => decide(api, caller, task, asked, names));
  const delivered = asked.verb === 'return' ? await onceTasksOpen(api, done) : done;
  return {
    task: afterwards(task, asked, delivered),
    openTasks: delivered.openTasks.map((row) => taskView(row, names, caller.locale)),
    pending: delivered.flying > 0,
    status: delivered.status,
    turn: delivered.turn,
  };
}

/** What is done beside a task decides nothing: the task stands as it did. */
async function collaborationAnswer(
  api: ApiContext,
  caller: Caller,
  task: TaskRow,
  asked: Asked & { readonly verb: CollaborationVerb },
  key: string,
) {
  const { verb, to, text, seat, rev: _rev, ...others } = asked;
  refuseFields(others);
  const { openTasks, flying, ...rest } = await collaborate(api, caller, task, { verb, to, text, seat }, key);
  const names = caller.case === undefined ? {} : await namesFor(api, caller.case);
  const { id, rev, state, outcome } = task;
  return {
    task: { id, rev, state: state === 'completed' ? state : ('open' as const), ...(outcome === undefined ? {} : { outcome }) },
    openTasks: await withClaims(
      api,
      openTasks.map((row) => taskView(row, names, caller.locale)),
      caller.person.id,
    ),
    pending: flying > 0,
    ...rest,
  };
}

/**
 * The command for what was asked, in the order of the questions: is there such a verb, is it theirs, is the task open and what was seen, does
 * the form fit.
 */
async function decide(api: ApiContext, caller: Caller, task: TaskRow, asked: Asked, names: Names): Promise<Command> {
  const { person, locale, case: head } = caller;
  const step = stepOf(names, task.step);
  if (step === undefined || head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  requireSeat(task, asked.seat, names);
  const right = mayAct(person, head.company, {
    ...accessRequest(task, step, head, names),
    verb: asked.verb,
    seats: seatsFor(asked.verb, caller, task).filter(({ id }) => asked.seat === undefined || id === asked.seat),
  });
  const hindrance = asked.verb === 'withdraw' && task.state === 'completed' ? undefined : stateProblem(task);
  // Who had a seat of a task that is closed is told who closed it, not how the seat stands.
  if (right.allowed || right.code.startsWith('SEAT_')) await requireNone(api, hindrance, names);
  const allowed = right.allowed || right.code !== 'VERB_UNKNOWN' ? {} : { allowed: [...verbsOf(step), ...collaborationVerbs] };
  const authority = await requireAllowed(api, right, { unknown: 'TASK_UNKNOWN', values: { task: task.id, ...allowed }, names });
  await requireNone(api, holdProblem(asked.verb, holdOf(task)), names);
  if (asked.rev !== task.rev && task.state === 'open')
    throw new Problem('TASK_CHANGED', { field: '/rev', values: taskChanged(task).values });
  const around = { company: head.company, locale, task, step, names, form: caller.form };
  const body = await bodyFor(api, around, asked, authority.seat);
  const command = { ...body, ...actorOf(person, authority) };
  return body.verb === 'complete' && skipsSame(names) ? withRoles(command, person, head) : command;
}

/** Whether a review of the procedure asks nobody twice: then the case must know which seats the actor could fill as well. */
function skipsSame(names: Names): boolean {
  const reviews = procedureOf(names)?.reviews;
  return Object.values(reviews ?? {}).some(({ sameApprover }) => sameApprover === 'skip');
}

/** Of roles that are held at one site, those of the site of the case. */
function withRoles(command: Command, { memberships }: Caller['person'], { company, about }: CaseHead): Command {
  const here = (site: string | undefined): boolean => site === undefined || about.site === undefined || site === about.site;
  const roles = memberships.flatMap((one) => (one.company === company && here(one.site) ? [one.role] : []));
  return command.grant === undefined ? command : { ...command, grant: { ...command.grant, roles: [...new Set(roles)].sort() } };
}

/** The command for what was asked; `seat`: the one the right is for. */
async function bodyFor(api: ApiContext, around: TaskContext, asked: Asked, right: string | undefined): Promise<CommandBody> {
  const { task, step, names } = around;
  const { verb, cause, until, data, to, seat, where, redo } = asked;
  const several = task.seats.length > 1 || step.seats !== undefined;
  const own = seat ?? (several ? right : undefined);
  const on = { task: task.id, rev: asked.rev };
  refuseFields({ text: asked.text });
  if (verb !== 'hold') refuseFields({ cause, until });
  if (isSeatVerb(verb)) return seatBody(api, around, verb, { ...on, ...(own === undefined ? {} : { seat: own }) }, asked);
  refuseFields({ data, to, seat, where, redo });
  if (verb === 'hold') return { ...holdBody(asked, names), ...on };
  refuseFields({ reason: asked.reason });
  if (verb === 'resume') return { verb, ...on };
  throw new Problem('VERB_UNKNOWN', { field: '/verb', values: { verb, allowed: verbsOf(step) }, names });
}

function refuseFields(fields: Readonly<Record<string, unknown>>): void {
  const [name] = Object.entries(fields).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) throw fieldUnknown(`/${name}`);
}

/** What became of the task: still open when lines are left. */
function afterwards(task: TaskRow, asked: Asked, { openTasks }: Delivered) {
  const left = openTasks.find(({ id }) => id === task.id);
  if (left !== undefined)
    return { id: left.id, state: 'open' as const, rev: left.rev, ...(left.lines === undefined ? {} : { lines: [...left.lines] }) };
  const outcome = asked.data?.['outcome'];
  return {
    id: task.id,
    state: becameOf(asked.verb),
    rev: task.rev,
    ...(typeof outcome === 'string' ? { outcome } : {}),
  };
}

const becameOf = (verb: string): 'returned' | 'taken-back' | 'completed' =>
  verb === 'return' ? 'returned' : verb === 'withdraw' ? 'taken-back' : 'completed';

/** The most tasks of one request. */
const most = 500;

/** How many are decided at the same time. */
const abreast = 8;

const { rev, ...shared } = commandSchema.shape;

const batchSchema = z
  .strictObject({
    ...shared,
    tasks: z
      .array(z.strictObject({ task: z.string().min(1).max(400), rev }))
      .min(1)
      .max(most)
      .meta({ description: 'Which tasks, each with the revision that was decided on; at most 500, each once.' }),
  })
  .meta({ id: 'TaskCommands' });

const result = z.union([
  z.object({ task: z.string(), ok: z.literal(true), state: z.string(), status: z.string() }),
  z.object({ task: z.string(), ok: z.literal(false), code: z.string(), message: z.string(), field: z.string().optional() }),
]);

const results = z
  .object({
    results: z.array(result).meta({ description: 'One a task, in the order asked.' }),
    done: z.number().int(),
    refused: z.number().int(),
  })
  .meta({ id: 'TaskCommandResults' });

/** One decision on many tasks, such as the daily pass (HH-B8): a command of its own for each. */
export function taskBatchRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/tasks/commands',
      tag: 'Tasks',
      summary: 'Decide many tasks alike',
      description:
        'Each task is decided for itself, by a command with an idempotency key of its own: one that is refused says why and keeps none of the others back. Asked again with the same key, every task gets the answer it had.',
      key: 'required',
      body: batchSchema,
      answer: { status: 200, description: 'What became of each.', schema: results },
    },
    async ({ c, body }) => {
      const key = requireKey(c);
      if (key.length > keyLimit) throw new Problem('IDEMPOTENCY_KEY_INVALID', { values: { limit: keyLimit } });
      await identify(api, c);
      const { tasks, ...asked } = await body();
      const doubled = tasks.findIndex(({ task }, index) => tasks.findIndex((other) => other.task === task) !== index);
      if (doubled >= 0)
        throw new Problem('FIELD_INVALID', {
          field: `/tasks/${doubled}/task`,
          values: { field: `/tasks/${doubled}/task`, rule: 'invalid' },
        });
      const all = await eachOf(tasks, (one) => decideOne(api, c, key, { ...asked, rev: one.rev }, one.task));
      const done = all.filter(({ ok }) => ok).length;
      return c.json({ results: all, done, refused: all.length - done });
    },
  );
}

async function decideOne(
  api: ApiContext,
  c: RequestContext,
  key: string,
  asked: z.output<typeof commandSchema>,
  taskId: string,
): Promise<z.infer<typeof result>> {
  const caller = await identify(api, c, { taskId, toAnswer: true });
  try {
    const { task, status } = await command(api, caller, { taskId, key: `${key}:${taskId}`, asked });
    return { task: taskId, ok: true, state: task.state, status };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { field, values = {}, names = {} } = error.details;
    const message = sentenceOf(caller.locale, error.code, values, names);
    return { task: taskId, ok: false, code: error.code, message, ...(field === undefined ? {} : { field }) };
  }
}

/** Does something for each item, some at a time; the results in the order of the items. */
async function eachOf<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const found: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) found[at] = await work(items[at] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(abreast, items.length) }, worker));
  return found;
}
