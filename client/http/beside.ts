import { type BesideEntry, beside, openTasksOf } from '../../db/beside.js';
import { announce } from '../../db/events.js';
import { memberOf, peopleFor } from '../../db/queries/people.js';
import type { About } from '../../domain/authority/directory.js';
import { mayAct } from '../../domain/authority.js';
import { type BesideVerb, besideVerbs, kindOf, mayBeside, usualUrgeEvery } from '../../domain/beside.js';
import { hashOf } from '../../domain/case/canon.js';
import type { Json } from '../../domain/case/json.js';
import type { TaskRow } from '../../domain/case/rows.js';
import { durationMs } from '../../domain/time/duration.js';
import { forClosedToo, isOfSeveral } from './beside-view.js';
import { namesIn } from './deliver.js';
import { type Caller, type Edge, namesFor } from './edge.js';
import { commandIdFor } from './ids.js';
import { stepOf } from './present.js';
import { Problem, refused } from './problem.js';
import { stateProblem } from './task-state.js';
import type { Names } from './words.js';

/** What may be said with a command beside a task. */
export interface AskedBeside {
  readonly verb: string;
  readonly to?: string | undefined;
  readonly text?: string | undefined;
}

export const isBeside = (verb: string): verb is BesideVerb => besideVerbs.some((one) => one === verb);

/** Those that name a person, and those that need words. */
const toPerson: ReadonlySet<BesideVerb> = new Set(['reassign', 'copy', 'consult']);
const inWords: ReadonlySet<BesideVerb> = new Set(['comment', 'consult']);

/**
 * A command beside a task: checked like any other, kept in SQL alone.
 * @throws Problem why not
 */
export async function besideTask(
  edge: Edge,
  caller: Caller,
  task: TaskRow,
  asked: AskedBeside & { readonly verb: BesideVerb },
  key: string,
) {
  const { person, case: head } = caller;
  if (head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const names = await namesFor(edge, head);
  const { verb } = asked;
  const whole = { ...asked, task: task.id } as unknown as Json;
  const id = commandIdFor(person.id, key);
  const base = {
    id,
    idempotencyKey: key,
    bodyHash: hashOf(whole),
    body: whole,
    caseId: head.id,
    actor: person.id,
    verb,
    kind: kindOf[verb],
  };
  checkFields(asked);
  checkRight(caller, task, verb, names);
  const hindrance = forClosedToo.has(verb) ? undefined : stateProblem(task);
  if (hindrance !== undefined)
    throw new Problem(hindrance.code, { values: hindrance.values, names: { ...names, people: await namesIn(edge, hindrance.values) } });
  if (verb === 'claim' && isOfSeveral(task)) throw new Problem('NOT_CLAIMABLE', { values: { task: task.id }, names });
  const whom = await concerned(edge, caller, task, asked, names);
  const entry: BesideEntry = {
    ...base,
    task: task.id,
    key: task.key,
    step: task.step,
    ...whom,
    ...(asked.text === undefined ? {} : { text: asked.text }),
  };
  const note = await kept(edge, entry, names);
  announce(edge.db, { caseId: head.id, company: head.company, turn: head.turn, kinds: [`note-${kindOf[verb]}`] });
  return { note, ...(await openTasksOf(edge.db, head.id)), status: head.status, turn: head.turn };
}

/** A comment on a case as a whole. */
export async function commentOnCase(edge: Edge, { person, case: head }: Caller, text: string | undefined, key: string): Promise<number> {
  if (head === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: '' } });
  if (text === undefined) throw required('/text');
  const body = { case: head.id, verb: 'comment', text };
  const id = commandIdFor(person.id, key);
  const entry: BesideEntry = {
    id,
    idempotencyKey: key,
    bodyHash: hashOf(body),
    body,
    caseId: head.id,
    actor: person.id,
    verb: 'comment',
    kind: 'comment',
    text,
    tell: [],
  };
  const note = await kept(edge, entry, {});
  announce(edge.db, { caseId: head.id, company: head.company, turn: head.turn, kinds: ['note-comment'] });
  return note;
}

/** Carries an entry out. @throws Problem why not */
export async function kept(edge: Edge, entry: BesideEntry, names: Names): Promise<number> {
  const answer = await beside(edge.db, entry);
  if ('note' in answer) return answer.note;
  throw refused(answer.refused, answer.values, { ...names, people: await namesIn(edge, answer.values) });
}

const required = (field: string): Problem => new Problem('FIELD_REQUIRED', { field, values: { field } });

function checkFields({ verb, to, text }: AskedBeside & { readonly verb: BesideVerb }): void {
  if (toPerson.has(verb) && to === undefined) throw required('/to');
  if (!toPerson.has(verb) && to !== undefined) throw new Problem('FIELD_UNKNOWN', { field: '/to', values: { field: '/to' } });
  if (inWords.has(verb) && text === undefined) throw required('/text');
}

function checkRight({ person, case: head, claim }: Caller, task: TaskRow, verb: BesideVerb, names: Names): void {
  const step = stepOf(names, task.step);
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  if (step === undefined || procedure === undefined || head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const wish = { on: 'task', verb: 'complete', seats: task.seats, step, about: head.about } as const;
  const authority = mayBeside(person, head.company, verb, { task: wish, procedure, claimedBy: claim?.person });
  if (authority.allowed) return;
  throw new Problem(authority.code === 'STRANGER' ? 'TASK_UNKNOWN' : authority.code, {
    values: { task: task.id, ...authority.values },
    names,
  });
}

type Whom = Pick<BesideEntry, 'tell' | 'person' | 'from' | 'everyMs'>;

/** Whom a command concerns, who is told, and what must still be so. */
async function concerned(
  edge: Edge,
  { person, case: head, claim }: Caller,
  task: TaskRow,
  { verb, to }: AskedBeside & { readonly verb: BesideVerb },
  names: Names,
): Promise<Whom> {
  if (head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const { company, about } = head;
  const holder = claim === undefined ? [] : [claim.person];
  switch (verb) {
    case 'claim':
      return { person: person.id, tell: [] };
    case 'release':
      if (claim === undefined) throw new Problem('NOT_CLAIMED', { values: { task: task.id }, names });
      return { from: claim.person, tell: holder };
    case 'urge': {
      const candidates = task.seats.flatMap((seat) => seat.candidates);
      const tell = holder.length > 0 ? holder : await peopleFor(edge.db, company, candidates);
      return { tell, everyMs: durationMs(names.book?.company.urgeEvery ?? usualUrgeEvery) };
    }
    case 'comment':
      return { tell: holder };
    case 'reassign': {
      const receiver = await receiverOf(edge, company, to ?? '');
      if (receiver === claim?.person)
        throw new Problem('TRANSFER_TO_SELF', { field: '/to', values: { person: receiver }, names: await withName(edge, receiver, names) });
      await checkReceiver(edge, receiver, { company, task, names, about });
      return { person: receiver, tell: holder, ...(claim === undefined ? {} : { from: claim.person }) };
    }
    default:
      return { person: await receiverOf(edge, company, to ?? ''), tell: [] };
  }
}

/** Somebody who works in the company. @throws Problem PERSON_UNKNOWN */
export async function receiverOf(edge: Edge, company: string, id: string): Promise<string> {
  const member = await memberOf(edge.db, id);
  if (member?.memberships.some((one) => one.company === company) !== true)
    throw new Problem('PERSON_UNKNOWN', { field: '/to', values: { person: id } });
  return member.id;
}

/** Only somebody who may answer a task can be given it. @throws Problem RECEIVER_MAY_NOT */
async function checkReceiver(
  edge: Edge,
  id: string,
  where: { readonly company: string; readonly task: TaskRow; readonly names: Names; readonly about: About },
): Promise<void> {
  if (await mayReceive(edge, id, where)) return;
  throw new Problem('RECEIVER_MAY_NOT', {
    field: '/to',
    values: { person: id, step: where.task.step },
    names: await withName(edge, id, where.names),
  });
}

export async function mayReceive(
  edge: Edge,
  id: string,
  { company, task, names, about }: { readonly company: string; readonly task: TaskRow; readonly names: Names; readonly about: About },
): Promise<boolean> {
  const step = stepOf(names, task.step);
  const member = await memberOf(edge.db, id);
  if (step === undefined || member === undefined) return false;
  return mayAct(member, company, { on: 'task', verb: 'complete', seats: task.seats, step, about }).allowed;
}

async function withName(edge: Edge, id: string, names: Names): Promise<Names> {
  return { ...names, people: await namesIn(edge, { by: id }) };
}
