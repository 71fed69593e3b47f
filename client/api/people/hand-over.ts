import * as z from 'zod';
import { type CollaborationEntry, type Held, heldBy } from '../../../db/collaboration.js';
import { announce } from '../../../db/events.js';
import { worksIn } from '../../../db/people.js';
import type { Member } from '../../../domain/authority/directory.js';
import { type Allowed, mayAct } from '../../../domain/authority/may-act.js';
import { hashOf } from '../../../domain/canonical-json.js';
import type { Command, Grant } from '../../../domain/engine/command.js';
import type { Actor } from '../../../domain/engine/facts.js';
import type { Seat } from '../../../domain/engine/ledger.js';
import { plainText } from '../../../domain/plain-text.js';
import type { Locale } from '../../../domain/texts/texts.js';
import { identify } from '../http/auth.js';
import { type ApiContext, actorOf, type Caller, namesFor } from '../http/context.js';
import { deliveredOrRefused, withPeople } from '../http/deliver.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { commandIdFor, requireKey } from '../http/idempotency.js';
import { stepOf } from '../http/message.js';
import { Problem, type ProblemCode, sentenceOf } from '../http/problem.js';
import { requireAllowed } from '../http/scope.js';
import { type Names, procedureOf } from '../http/words.js';
import { recorded } from '../tasks/collaboration.js';
import { receiverOf, seatFor } from '../tasks/guards.js';

const asked = z
  .strictObject({
    company: z.string().min(1).max(120),
    to: z.string().min(1).max(120).meta({ description: 'Who takes over.' }),
    reason: plainText().optional().meta({ description: 'Why, as the timeline of each case tells it.' }),
    preview: z.boolean().optional().meta({ description: 'Only tell what would be handed over.' }),
    tasks: z.array(z.string().min(1).max(400)).min(1).max(500).optional().meta({ description: 'Only of these tasks; all when absent.' }),
  })
  .meta({ id: 'HandOver' });

const item = z.object({
  taskId: z.string(),
  caseId: z.string(),
  step: z.string(),
  seat: z.string().meta({ description: 'Which seat of the task.' }),
  name: z.string(),
  what: z.array(z.enum(['claim', 'seat'])).meta({ description: 'A claim is moved; a seat that names the person is transferred.' }),
  done: z.boolean().meta({ description: 'In a preview: it could be.' }),
  code: z.string().optional().meta({ description: 'Why not.' }),
  sentence: z.string().optional(),
});

const handedOver = z.object({ person: z.string(), to: z.string(), preview: z.boolean(), items: z.array(item) }).meta({ id: 'HandedOver' });

/** Everything open of somebody who leaves, to another person: what they have claimed, and seats that name them. */
export function handOverRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/people/{personId}/hand-over',
      tag: 'People',
      summary: 'Hand over everything open of a person to another one',
      description:
        'For those who manage the procedures, seat by seat: each is handed over whole, or not at all and it says why not. What is done stays done; asked again, it goes on with what is left.',
      params: { personId: 'Who leaves.' },
      key: 'required',
      body: asked,
      answer: { status: 200, description: 'Each open seat of the person, and what became of it.', schema: handedOver },
    },
    async ({ c, param, body }) => {
      const key = requireKey(c);
      const caller = await identify(api, c);
      const { company, to, reason, tasks, preview = false } = await body();
      if (!mayAct(caller.person, company, { on: 'read' }).allowed)
        throw new Problem('COMPANY_UNKNOWN', { field: '/company', values: { company } });
      const from = param('personId');
      const leaver = await heldBy(api.db, company, from, tasks);
      // Who neither works in the company nor holds anything there does not exist for it, whoever they are elsewhere.
      if (leaver.length === 0 && !(await worksIn(api.db, company, from))) throw new Problem('PERSON_UNKNOWN', { values: { person: from } });
      if (from === to)
        throw new Problem('TRANSFER_TO_SELF', { field: '/to', values: { person: to }, names: await withPeople(api, {}, { person: to }) });
      const receiver = await receiverOf(api, company, to);
      const giving = { from, to, receiver, company, preview, key, reason };
      const items: Awaited<ReturnType<typeof handOver>>[] = [];
      // One after another, so that a case of several of them gets one command at a time.
      for (const held of leaver) for (const what of partsOf(held)) items.push(await handOver(api, caller, { ...held, ...what }, giving));
      return c.json({ person: from, to, preview, items });
    },
  );
}

interface Giving {
  readonly from: string;
  readonly to: string;
  /** Who `to` is. */
  readonly receiver: Member;
  readonly company: string;
  readonly preview: boolean;
  readonly key: string;
  readonly reason: string | undefined;
}

/** One seat that is handed over: by transfer where it names the person, else as a claim. */
interface Part {
  readonly seat: string;
  readonly what: 'seat' | 'claim';
}

/** What one has taken of a seat that names one goes with the seat. */
function partsOf({ named, claimed }: Held): readonly Part[] {
  return [
    ...named.map((seat): Part => ({ seat, what: 'seat' })),
    ...claimed.filter((seat) => !named.includes(seat)).map((seat): Part => ({ seat, what: 'claim' })),
  ];
}

async function handOver(api: ApiContext, { person, locale }: Caller, held: Held & Part, giving: Giving) {
  const { task, seat, what, caseId } = held;
  const names = await namesFor(api, { ...held, company: giving.company });
  const name = stepOf(names, task.step)?.name[locale] ?? task.step;
  const line = { taskId: task.id, caseId, step: task.step, seat, name, what: [what] };
  try {
    const authority = await check(api, person, { held, names }, giving);
    if (!giving.preview) {
      if (what === 'seat') await transfer(api, actorOf(person, authority), { held, names }, giving);
      else await moveClaim(api, person.id, { held, names }, giving);
      announce(api.db, { caseId, company: giving.company, turn: held.turn, kinds: ['note-handed-over'] });
    }
    return { ...line, done: true };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...line, done: false, ...worded(error, locale) };
  }
}

function worded({ code, details }: Problem, locale: Locale): { readonly code: ProblemCode; readonly sentence: string } {
  return { code, sentence: sentenceOf(locale, code, details.values ?? {}, details.names ?? {}) };
}

interface Given {
  readonly held: Held & Part;
  readonly names: Names;
}

/**
 * Whoever hands over manages the procedure; who takes a claim may fill the seat. A seat that names somebody is for whoever it names, unless
 * something that they did keeps them out.
 */
async function check(
  api: ApiContext,
  person: Caller['person'],
  { held, names }: Given,
  { to, receiver, company }: Giving,
): Promise<Allowed> {
  const { task, seat: id, about } = held;
  const procedure = procedureOf(names);
  if (procedure === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const right = mayAct(person, company, { on: 'case', verb: 'amend', procedure, about });
  const authority = await requireAllowed(api, right, { unknown: 'TASK_UNKNOWN', values: { verb: 'hand-over' }, names });
  const seats = task.seats.filter((seat) => seat.id === id);
  const excluded = seats.some((seat) => seat.excluded?.includes(to) === true);
  if (held.what === 'seat' && excluded)
    throw new Problem('EXCLUDED', { values: { person: to, seat: id }, names: await withPeople(api, names, { person: to }) });
  if (held.what === 'seat' || seatFor(receiver, seats.map(inTurn), { company, task, names, about }) !== undefined) return authority;
  throw new Problem('RECEIVER_MAY_NOT', { values: { person: to, step: task.step }, names: await withPeople(api, names, { person: to }) });
}

/** A seat is handed over before its turn too. */
function inTurn({ state, ...seat }: Seat): Seat {
  return state === undefined || state === 'waiting' ? seat : { ...seat, state };
}

async function moveClaim(api: ApiContext, actor: string, { held, names }: Given, { from, to, key, reason }: Giving): Promise<void> {
  const { task, seat, caseId } = held;
  const because = reason === undefined ? {} : { text: reason };
  const body = { verb: 'hand-over', task: task.id, seat, from, to, ...because };
  const idempotencyKey = `${key} ${task.id} ${seat}`;
  const entry: CollaborationEntry = {
    id: commandIdFor(actor, idempotencyKey),
    idempotencyKey,
    bodyHash: hashOf(body),
    body,
    caseId,
    actor,
    verb: 'hand-over',
    kind: 'handed-over',
    task: task.id,
    key: task.key,
    step: task.step,
    seat,
    person: to,
    from,
    tell: [from],
    ...because,
  };
  await recorded(api, entry, names);
}

/** A seat that names the person goes to the other one as a decision of the case, as long as it still names them. */
async function transfer(
  api: ApiContext,
  acting: Actor & { readonly grant?: Grant },
  { held: { task, seat, caseId }, names }: Given,
  { from, to, key, reason }: Giving,
): Promise<void> {
  const because = reason === undefined ? {} : { reason };
  const command: Command = { verb: 'transfer', task: task.id, rev: task.rev, seat, from, to, ...because, ...acting };
  const idempotencyKey = `${key} ${task.id} ${seat} seat`;
  const dispatch = {
    id: commandIdFor(acting.by, idempotencyKey),
    actor: acting.by,
    key: idempotencyKey,
    bodyHash: hashOf({ verb: 'transfer', task: task.id, seat, from, to, ...because }),
    body: command,
  };
  await deliveredOrRefused(api, await api.dispatcher.command(caseId, dispatch), names);
}
