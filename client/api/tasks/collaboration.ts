import { type Claim, type CollaborationEntry, claimsOf, noteOf, recordCollaboration } from '../../../db/collaboration.js';
import { announce } from '../../../db/events.js';
import { handsOf, namesOf } from '../../../db/people.js';
import { openTasksOf } from '../../../db/tasks.js';
import {
  type CollaborationVerb,
  collaborationVerbs,
  heldByClaim,
  mayCollaborate,
  noteKindOf,
  seatsWithClaims,
  usualUrgeEvery,
} from '../../../domain/authority/collaboration.js';
import type { About } from '../../../domain/authority/directory.js';
import type { Allowed, Authority, OpenSeat } from '../../../domain/authority/may-act.js';
import { hashOf } from '../../../domain/canonical-json.js';
import type { TaskRow } from '../../../domain/engine/ledger.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import { say } from '../../../domain/texts/texts.js';
import { durationMs } from '../../../domain/time/days.js';
import { type ApiContext, type Caller, namesFor } from '../http/context.js';
import { withPeople } from '../http/deliver.js';
import { commandIdFor } from '../http/idempotency.js';
import { allowance, iso, stepOf } from '../http/message.js';
import { fieldRequired, fieldUnknown, Problem, type ProblemCode, refused } from '../http/problem.js';
import { requireAllowed } from '../http/scope.js';
import { type Names, procedureOf } from '../http/words.js';
import { receiverOf, requireNone, requireSeat, seatFor, stateProblem } from './guards.js';
import type { TaskView } from './task.js';

/** Those that make sense for a task that is closed too. */
export const evenWhenClosed: ReadonlySet<CollaborationVerb> = new Set(['comment', 'copy']);

type Hindrance = { readonly code: ProblemCode; readonly values: JsonObject } | undefined;

/** Whether somebody may do something beside a task, by the seat named or any of it. Undefined: the task's step is not known. */
export function collaborationAuthority(
  { person, case: head, claims }: Caller,
  task: TaskRow,
  { verb, seat }: { readonly verb: CollaborationVerb; readonly seat?: string | undefined },
  names: Names,
): Authority | undefined {
  const step = stepOf(names, task.step);
  const procedure = procedureOf(names);
  if (step === undefined || procedure === undefined || head === undefined) return undefined;
  const seats = seat === undefined ? task.seats : task.seats.filter(({ id }) => id === seat);
  const request = { on: 'task', verb: 'complete', seats, step, about: head.about } as const;
  return mayCollaborate(person, head.company, verb, { task: request, procedure, claims });
}

/** Every verb beside a task, allowed or why not. `closed`: why nobody can act on it in its state. */
export function collaborationVerbsFor(caller: Caller, task: TaskRow, names: Names, closed: Hindrance) {
  const standing = (verb: CollaborationVerb): Hindrance => {
    if (closed !== undefined) return evenWhenClosed.has(verb) ? undefined : closed;
    return verb === 'release' && caller.claims.length === 0 ? { code: 'NOT_CLAIMED', values: { task: task.id } } : undefined;
  };
  return collaborationVerbs.flatMap((verb) => {
    const authority = collaborationAuthority(caller, task, { verb }, names);
    if (authority === undefined) return [];
    const { locale } = caller;
    return [{ verb, name: say(locale, `verb.${verb}`), ...allowance(locale, ofTask(task, authority), names, standing(verb)) }];
  });
}

/** The refusal of a taken seat names its task. */
export function ofTask({ id }: TaskRow, authority: Authority): Authority {
  return authority.allowed || authority.code !== 'CLAIMED' ? authority : { ...authority, values: { task: id, ...authority.values } };
}

/** The seats of a task as a verb of theirs finds them: with who has taken each, where that keeps others from it. */
export const seatsFor = (verb: string, { claims }: Pick<Caller, 'claims'>, { seats, state }: TaskRow): readonly OpenSeat[] =>
  heldByClaim(verb) && state === 'open' ? seatsWithClaims(seats, claims) : seats;

/**
 * Who has taken a task, as lists and pages show it to somebody: each seat with who has taken it; the task as a whole with the reader's own
 * claim, or with the first one where no open seat is left to take.
 */
export function claimsView<S extends { readonly id: string; readonly state?: string | undefined }>(
  seats: readonly S[],
  claims: readonly Claim[],
  { reader, people = new Map() }: { readonly reader: string; readonly people?: ReadonlyMap<string, string> | undefined },
) {
  const taken = seats.map((seat) => ({
    ...seat,
    ...claimView(
      claims.find((claim) => claim.seat === seat.id),
      people,
    ),
  }));
  const open = seats.filter(({ state }) => state === undefined);
  const all = open.length > 0 && open.every(({ id }) => claims.some(({ seat }) => seat === id));
  const whole = claims.find(({ person }) => person === reader) ?? (all ? claims.find(({ seat }) => seat === open[0]?.id) : undefined);
  return { seats: taken, ...claimView(whole, people) };
}

function claimView(claim: Claim | undefined, people: ReadonlyMap<string, string>) {
  if (claim === undefined) return {};
  return { claimedBy: claim.person, claimedByName: people.get(claim.person) ?? claim.person, claimedAt: iso(claim.at) };
}

/** Tasks with who has taken which seat of them, as they are shown to somebody. */
export async function withClaims<View extends TaskView>(api: ApiContext, views: readonly View[], reader: string): Promise<View[]> {
  const claims = await claimsOf(api.db, views);
  const people = await namesOf(api.db, [...new Set([...claims.values()].flat().map((claim) => claim.person))]);
  return views.map((view) => ({ ...view, ...claimsView(view.seats, claims.get(`${view.caseId}/${view.key}`) ?? [], { reader, people }) }));
}

/** What may be said with a command beside a task. */
export interface CollaborationAsked {
  readonly verb: string;
  readonly to?: string | undefined;
  readonly text?: string | undefined;
  /** claim, release, reassign: which seat, where there are several. */
  readonly seat?: string | undefined;
}

export const isCollaboration = (verb: string): verb is CollaborationVerb => collaborationVerbs.some((one) => one === verb);

/** Those that name a person, and those that need words. */
const toPerson: ReadonlySet<CollaborationVerb> = new Set(['reassign', 'copy', 'consult']);

const inWords: ReadonlySet<CollaborationVerb> = new Set(['comment', 'consult']);

/** Those about one seat of a task. */
const onSeat: ReadonlySet<CollaborationVerb> = new Set(['claim', 'release', 'reassign']);

/**
 * A command beside a task: checked like any other, kept in SQL alone.
 * @throws Problem why not
 */
export async function collaborate(
  api: ApiContext,
  caller: Caller,
  task: TaskRow,
  asked: CollaborationAsked & { readonly verb: CollaborationVerb },
  key: string,
) {
  const { person, case: head } = caller;
  if (head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const { verb } = asked;
  const whole = { ...asked, task: task.id } as unknown as Json;
  const base = {
    id: commandIdFor(person.id, key),
    idempotencyKey: key,
    bodyHash: hashOf(whole),
    body: whole,
    caseId: head.id,
    actor: person.id,
    verb,
    kind: noteKindOf[verb],
    task: task.id,
    key: task.key,
    step: task.step,
    ...(asked.text === undefined ? {} : { text: asked.text }),
  };
  const note = await checkAndRecord(api, caller, { task, asked, names: await namesFor(api, head) }, base);
  announce(api.db, { caseId: head.id, company: head.company, turn: head.turn, kinds: [`note-${noteKindOf[verb]}`] });
  return { note, ...(await openTasksOf(api.db, head.id)), status: head.status, turn: head.turn };
}

/**
 * Checks a command and carries it out. A check may fail only because it was carried out already: then it is answered as it was. Who wants any
 * free seat and comes too late for the first one gets the next.
 */
async function checkAndRecord(
  api: ApiContext,
  caller: Caller,
  collaboration: Collaboration,
  base: Omit<CollaborationEntry, 'tell'>,
): Promise<number> {
  const { task, asked } = collaboration;
  let { claims } = caller;
  for (let left = task.seats.length; ; left -= 1) {
    try {
      return await recorded(api, { ...base, ...(await checked(api, { ...caller, claims }, collaboration)) }, collaboration.names);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const known = await noteOf(api.db, base);
      if (known !== undefined) return known;
      if (left <= 1 || asked.verb !== 'claim' || asked.seat !== undefined || error.code !== 'CLAIMED') throw error;
      claims = (await claimsOf(api.db, [{ caseId: base.caseId, key: task.key }])).get(`${base.caseId}/${task.key}`) ?? [];
    }
  }
}

/** Whom a command concerns, if it may be done. @throws Problem why not */
async function checked(api: ApiContext, caller: Caller, collaboration: Collaboration): Promise<Whom> {
  const { task, asked, names } = collaboration;
  checkFields(asked, task, names);
  const right = await checkRight(api, caller, collaboration);
  if (!evenWhenClosed.has(asked.verb)) await requireNone(api, stateProblem(task), names);
  return concerned(api, caller, collaboration, right.seat);
}

/** Carries an entry out. @throws Problem why not */
export async function recorded(api: ApiContext, entry: CollaborationEntry, names: Names): Promise<number> {
  const answer = await recordCollaboration(api.db, entry);
  if ('note' in answer) return answer.note;
  throw refused(answer.refused, answer.values, await withPeople(api, names, answer.values));
}

function checkFields({ verb, to, text, seat }: Asked, task: TaskRow, names: Names): void {
  if (toPerson.has(verb) && to === undefined) throw fieldRequired('/to');
  if (!toPerson.has(verb) && to !== undefined) throw fieldUnknown('/to');
  if (inWords.has(verb) && text === undefined) throw fieldRequired('/text');
  if (seat === undefined) return;
  if (!onSeat.has(verb)) throw fieldUnknown('/seat');
  requireSeat(task, seat, names);
}

type Asked = CollaborationAsked & { readonly verb: CollaborationVerb };

/** A command beside a task, with the names for its words. */
interface Collaboration {
  readonly task: TaskRow;
  readonly asked: Asked;
  readonly names: Names;
}

async function checkRight(api: ApiContext, caller: Caller, { task, asked, names }: Collaboration): Promise<Allowed> {
  const authority = collaborationAuthority(caller, task, asked, names);
  if (authority === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  return requireAllowed(api, authority, { unknown: 'TASK_UNKNOWN', values: { task: task.id }, names });
}

type Whom = Pick<CollaborationEntry, 'tell' | 'person' | 'from' | 'everyMs' | 'seat'>;

/** Whom a command concerns, who is told, and what must still be so. `right`: the seat that it may be done to. */
async function concerned(api: ApiContext, caller: Caller, collaboration: Collaboration, right: string | undefined): Promise<Whom> {
  const { person, case: head, claims } = caller;
  const { task, asked, names } = collaboration;
  if (head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const { company } = head;
  switch (asked.verb) {
    case 'claim':
      return { person: person.id, tell: [], ...(right === undefined ? {} : { seat: right }) };
    case 'release': {
      const claim = claims.find(({ seat }) => seat === (asked.seat ?? right)) ?? (asked.seat === undefined ? onlyClaim(claims) : undefined);
      if (claim === undefined) throw new Problem('NOT_CLAIMED', { values: { task: task.id }, names });
      return { seat: claim.seat, from: claim.person, tell: [claim.person] };
    }
    case 'urge': {
      const left = seatsWithClaims(task.seats, claims).filter(({ state }) => state === undefined);
      const whom = left.flatMap(({ claimed, candidates }) => (claimed === undefined ? candidates : [{ person: claimed.by }]));
      return {
        tell: await handsOf(api.db, { company, procedure: head.about.procedure }, whom),
        everyMs: durationMs(names.book?.company.urgeEvery ?? usualUrgeEvery),
      };
    }
    case 'comment':
      return { tell: claims.map((claim) => claim.person) };
    case 'reassign':
      return reassigned(api, caller, collaboration, { company, about: head.about });
    default:
      return { person: (await receiverOf(api, company, asked.to ?? '')).id, tell: [] };
  }
}

/** The claim of a task that has but one. Of several, the seat must be named. */
function onlyClaim(claims: Caller['claims']): Caller['claims'][number] | undefined {
  if (claims.length > 1) throw fieldRequired('/seat');
  return claims[0];
}

/** Which seat somebody is given, and who has it now: the one named, or else one that they may fill, such as is taken already. */
async function reassigned(
  api: ApiContext,
  { claims }: Caller,
  { task, asked, names }: Collaboration,
  { company, about }: { readonly company: string; readonly about: About },
): Promise<Whom> {
  const receiver = await receiverOf(api, company, asked.to ?? '');
  const person = receiver.id;
  const named = task.seats.filter(({ id }) => asked.seat === undefined || id === asked.seat);
  const taken = named.filter(({ id }) => claims.some((claim) => claim.seat === id));
  const where = { company, task, names, about };
  const seat = seatFor(receiver, taken, where) ?? seatFor(receiver, named, where);
  const claim = claims.find((one) => one.seat === seat);
  const people = await withPeople(api, names, { person });
  if (person === claim?.person) throw new Problem('TRANSFER_TO_SELF', { field: '/to', values: { person }, names: people });
  if (seat === undefined) throw new Problem('RECEIVER_MAY_NOT', { field: '/to', values: { person, step: task.step }, names: people });
  return {
    seat,
    person,
    tell: claim === undefined ? [] : [claim.person],
    ...(claim === undefined ? {} : { from: claim.person }),
  };
}
