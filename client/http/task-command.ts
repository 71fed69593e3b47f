import * as z from 'zod';
import type { CaseHead } from '../../db/authenticate.js';
import { type BesideVerb, besideVerbs } from '../../domain/authority/collaboration.js';
import { mayAct, taskVerbs, verbsOf } from '../../domain/authority/may-act.js';
import type { Command, CommandBody } from '../../domain/engine/command.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import type { JsonObject } from '../../domain/json.js';
import { plainText } from '../../domain/plain-text.js';
import type { Delivered } from '../courier/contract.js';
import { commandAnswer } from './answer-schemas.js';
import { identify } from './auth.js';
import { besideTask, isBeside } from './beside.js';
import { seatsFor } from './beside-view.js';
import { withClaims } from './claims-shown.js';
import { deliver, opened, withPeople } from './deliver.js';
import { actorOf, type Caller, type Edge, namesFor } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { holdBody, holdFields, holdOf, holdProblem } from './holds.js';
import { requireKey } from './idempotency.js';
import { stepOf, taskView } from './present.js';
import { Problem } from './problem.js';
import { type Around, isSeatVerb, seatBody, seatFields } from './seat-verbs.js';
import { stateProblem, wishOn } from './task-state.js';
import type { Names } from './words.js';

export const commandSchema = z
  .strictObject({
    verb: z
      .string()
      .min(1)
      .max(40)
      .meta({
        description: `As far as the step has it: ${taskVerbs.join(', ')}. Beside it: ${besideVerbs.join(', ')}.`,
        example: 'complete',
      }),
    rev: z.number().int().min(1).meta({ description: 'The revision of the task that was decided on.' }),
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
export function taskCommandRoute(app: EdgeApp, edge: Edge): void {
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
      const caller = await identify(edge, c, { taskId, toAnswer: true });
      requireTask(caller, taskId);
      return c.json(await command(edge, caller, { taskId, key, asked: await body() }));
    },
  );
}

/** The task that a command is about, as far as it exists for the caller. */
function requireTask({ person, task, case: head }: Caller, taskId: string): { readonly task: TaskRow; readonly head: CaseHead } {
  if (task === undefined || head === undefined || !mayAct(person, head.company, { on: 'read' }).allowed)
    throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
  return { task, head };
}

/** Carries out a command on the task that the caller was identified with. `key` names it among those of the caller. */
export async function command(
  edge: Edge,
  caller: Caller,
  { taskId, key, asked }: { readonly taskId: string; readonly key: string; readonly asked: Asked },
) {
  const { task, head } = requireTask(caller, taskId);
  if (isBeside(asked.verb)) return besideAnswer(edge, caller, task, { ...asked, verb: asked.verb }, key);
  const names = await namesFor(edge, head);
  const wanted = { caseId: head.id, actor: caller.person.id, key, asked: { task: taskId, ...asked } as JsonObject, names };
  const done = await deliver(edge, wanted, () => decide(edge, caller, task, asked, names));
  const delivered = asked.verb === 'return' ? await opened(edge, done) : done;
  return {
    task: afterwards(task, asked, delivered),
    openTasks: delivered.openTasks.map((row) => taskView(row, names, caller.locale)),
    pending: delivered.flying > 0,
    status: delivered.status,
    turn: delivered.turn,
  };
}

/** What is done beside a task decides nothing: the task stands as it did. */
async function besideAnswer(edge: Edge, caller: Caller, task: TaskRow, asked: Asked & { readonly verb: BesideVerb }, key: string) {
  const { verb, to, text, seat, rev: _rev, ...others } = asked;
  refuseFields(others);
  const { openTasks, flying, ...rest } = await besideTask(edge, caller, task, { verb, to, text, seat }, key);
  const names = caller.case === undefined ? {} : await namesFor(edge, caller.case);
  const { id, rev, state, outcome } = task;
  return {
    task: { id, rev, state: state === 'completed' ? state : ('open' as const), ...(outcome === undefined ? {} : { outcome }) },
    openTasks: await withClaims(
      edge,
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
async function decide(edge: Edge, caller: Caller, task: TaskRow, asked: Asked, names: Names): Promise<Command> {
  const { person, locale, case: head } = caller;
  const step = stepOf(names, task.step);
  if (step === undefined || head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  if (asked.seat !== undefined && task.seats.every(({ id }) => id !== asked.seat))
    throw new Problem('SEAT_UNKNOWN', { field: '/seat', values: { seat: asked.seat, allowed: task.seats.map(({ id }) => id) }, names });
  const authority = mayAct(person, head.company, {
    ...wishOn(task, step, head, names),
    verb: asked.verb,
    seats: seatsFor(asked.verb, caller, task).filter(({ id }) => asked.seat === undefined || id === asked.seat),
  });
  const hindrance = asked.verb === 'withdraw' && task.state === 'completed' ? undefined : stateProblem(task);
  // Who had a seat of a task that is closed is told who closed it, not how the seat stands.
  if (hindrance !== undefined && (authority.allowed || authority.code.startsWith('SEAT_')))
    throw new Problem(hindrance.code, { values: hindrance.values, names: await withPeople(edge, names, hindrance.values) });
  if (!authority.allowed)
    throw new Problem(authority.code === 'STRANGER' ? 'TASK_UNKNOWN' : authority.code, {
      values: {
        task: task.id,
        ...authority.values,
        ...(authority.code === 'VERB_UNKNOWN' ? { allowed: [...verbsOf(step), ...besideVerbs] } : {}),
      },
      names: await withPeople(edge, names, authority.values),
    });
  const standing = holdProblem(asked.verb, holdOf(task));
  if (standing !== undefined) throw new Problem(standing.code, { values: standing.values, names });
  if (asked.rev !== task.rev && task.state === 'open')
    throw new Problem('TASK_CHANGED', { field: '/rev', values: { task: task.id, rev: task.rev } });
  const around = { company: head.company, locale, task, step, names, form: caller.form };
  const body = await bodyFor(edge, around, asked, authority.seat);
  const command = { ...body, ...actorOf(person, authority) };
  return body.verb === 'complete' && skipsSame(names) ? withRoles(command, person, head) : command;
}

/** Whether a review of the procedure asks nobody twice: then the case must know which seats the actor could fill as well. */
function skipsSame({ procedure, book }: Names): boolean {
  const reviews = procedure === undefined ? undefined : book?.procedures[procedure]?.reviews;
  return Object.values(reviews ?? {}).some(({ sameApprover }) => sameApprover === 'skip');
}

/** Of roles that are held at one site, those of the site of the case. */
function withRoles(command: Command, { memberships }: Caller['person'], { company, about }: CaseHead): Command {
  const here = (site: string | undefined): boolean => site === undefined || about.site === undefined || site === about.site;
  const roles = memberships.flatMap((one) => (one.company === company && here(one.site) ? [one.role] : []));
  return command.grant === undefined ? command : { ...command, grant: { ...command.grant, roles: [...new Set(roles)].sort() } };
}

/** The command for what was asked; `seat`: the one the right is for. */
async function bodyFor(edge: Edge, around: Around, asked: Asked, right: string | undefined): Promise<CommandBody> {
  const { task, step, names } = around;
  const { verb, cause, until, data, to, seat, where, redo } = asked;
  const several = task.seats.length > 1 || step.seats !== undefined;
  const own = seat ?? (several ? right : undefined);
  const on = { task: task.id, rev: asked.rev };
  refuseFields({ text: asked.text });
  if (verb !== 'hold') refuseFields({ cause, until });
  if (isSeatVerb(verb)) return seatBody(edge, around, verb, { ...on, ...(own === undefined ? {} : { seat: own }) }, asked);
  refuseFields({ data, to, seat, where, redo });
  if (verb === 'hold') return { ...holdBody(asked, names), ...on };
  refuseFields({ reason: asked.reason });
  if (verb === 'resume') return { verb, ...on };
  throw new Problem('VERB_UNKNOWN', { field: '/verb', values: { verb, allowed: verbsOf(step) }, names });
}

function refuseFields(fields: Readonly<Record<string, unknown>>): void {
  const [name] = Object.entries(fields).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) throw new Problem('FIELD_UNKNOWN', { field: `/${name}`, values: { field: `/${name}` } });
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
