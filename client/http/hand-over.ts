import * as z from 'zod';
import { type Held, heldBy } from '../../db/beside.js';
import { announce } from '../../db/events.js';
import { type Allowed, mayAct } from '../../domain/authority.js';
import { hashOf } from '../../domain/case/canon.js';
import type { Command, Grant } from '../../domain/case/command.js';
import type { Actor } from '../../domain/case/facts.js';
import type { TaskRow } from '../../domain/case/rows.js';
import type { Locale } from '../../domain/texts/texts.js';
import { identify } from './auth.js';
import { kept, mayReceive, receiverOf } from './beside.js';
import { namesIn } from './deliver.js';
import { actorOf, type Caller, type Edge, namesFor } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { requireKey } from './idempotency.js';
import { commandIdFor } from './ids.js';
import { stepOf } from './present.js';
import { Problem, type ProblemCode, refused } from './problem.js';
import { sentenceOf } from './problem-answer.js';
import type { Names } from './words.js';

const asked = z
  .strictObject({
    company: z.string().min(1).max(120),
    to: z.string().min(1).max(120).meta({ description: 'Who takes over.' }),
    preview: z.boolean().optional().meta({ description: 'Only tell what would be handed over.' }),
  })
  .meta({ id: 'HandOver' });

const item = z.object({
  taskId: z.string(),
  caseId: z.string(),
  step: z.string(),
  name: z.string(),
  what: z.array(z.enum(['claim', 'seat'])).meta({ description: 'A claim is moved; a seat that names the person is transferred.' }),
  done: z.boolean().meta({ description: 'In a preview: it could be.' }),
  code: z.string().optional().meta({ description: 'Why not.' }),
  sentence: z.string().optional(),
});
const handedOver = z.object({ person: z.string(), to: z.string(), preview: z.boolean(), items: z.array(item) }).meta({ id: 'HandedOver' });

/** Everything open of somebody who leaves, to another person: what they have claimed, and seats that name them. */
export function handOverRoute(app: EdgeApp, edge: Edge): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/people/{personId}/hand-over',
      tag: 'People',
      summary: 'Hand over everything open of a person to another one',
      description:
        'For those who manage the procedures, item by item: each is handed over, or it says why not. What is done stays done; the same key again goes on with the rest.',
      params: { personId: 'Who leaves.' },
      key: 'required',
      body: asked,
      answer: { status: 200, description: 'Each open task of the person, and what became of it.', schema: handedOver },
    },
    async ({ c, param, body }) => {
      const key = requireKey(c);
      const caller = await identify(edge, c);
      const { company, to, preview = false } = await body();
      if (!mayAct(caller.person, company, { on: 'read' }).allowed)
        throw new Problem('COMPANY_UNKNOWN', { field: '/company', values: { company } });
      const from = param('personId');
      if (from === to)
        throw new Problem('TRANSFER_TO_SELF', { field: '/to', values: { person: to }, names: { people: await namesIn(edge, { by: to }) } });
      if ((await namesIn(edge, { by: from })).size === 0) throw new Problem('PERSON_UNKNOWN', { values: { person: from } });
      await receiverOf(edge, company, to);
      const held = await heldBy(edge.db, company, from);
      const items: Awaited<ReturnType<typeof handOver>>[] = [];
      // One after another, so that a case of several of them gets one command at a time.
      for (const one of held) items.push(await handOver(edge, caller, one, { from, to, company, preview, key }));
      return c.json({ person: from, to, preview, items });
    },
  );
}

interface Giving {
  readonly from: string;
  readonly to: string;
  readonly company: string;
  readonly preview: boolean;
  readonly key: string;
}

async function handOver(edge: Edge, { person, locale }: Caller, held: Held, giving: Giving) {
  const { task } = held;
  const names = await namesFor(edge, { ...held, company: giving.company });
  const what = [...(held.claimed ? (['claim'] as const) : []), ...(held.named ? (['seat'] as const) : [])];
  const line = { taskId: task.id, caseId: held.caseId, step: task.step, name: stepOf(names, task.step)?.name[locale] ?? task.step, what };
  try {
    const authority = await check(edge, { person, task, names, held }, giving);
    if (!giving.preview) {
      if (held.named) await transfer(edge, { acting: actorOf(person, authority), task, caseId: held.caseId, names }, giving);
      if (held.claimed) await moveClaim(edge, { acting: { by: person.id }, task, caseId: held.caseId, names }, giving);
      announce(edge.db, { caseId: held.caseId, company: giving.company, turn: held.turn, kinds: ['note-handed-over'] });
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

interface Checked {
  readonly person: Caller['person'];
  readonly task: TaskRow;
  readonly names: Names;
  readonly held: Held;
}

/** Whoever hands over manages the procedure; who takes a claim may answer the task. A seat that names somebody is for whoever it names. */
async function check(edge: Edge, { person, task, names, held }: Checked, { to, company }: Giving): Promise<Allowed> {
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  if (procedure === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: task.id } });
  const authority = mayAct(person, company, { on: 'case', verb: 'amend', procedure, about: held.about });
  if (!authority.allowed)
    throw new Problem(authority.code === 'STRANGER' ? 'TASK_UNKNOWN' : authority.code, {
      values: { ...authority.values, verb: 'hand-over' },
      names,
    });
  if (held.named || (await mayReceive(edge, to, { company, task, names, about: held.about }))) return authority;
  throw new Problem('RECEIVER_MAY_NOT', {
    values: { person: to, step: task.step },
    names: { ...names, people: await namesIn(edge, { by: to }) },
  });
}

interface Given {
  readonly acting: Actor & { readonly grant?: Grant };
  readonly task: TaskRow;
  readonly caseId: string;
  readonly names: Names;
}

async function moveClaim(edge: Edge, { acting: { by: actor }, task, caseId, names }: Given, { from, to, key }: Giving): Promise<void> {
  const body = { verb: 'hand-over', task: task.id, from, to };
  const idempotencyKey = `${key} ${task.id}`;
  await kept(
    edge,
    {
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
      person: to,
      from,
      tell: [from],
    },
    names,
  );
}

/** A seat that names the person goes to the other one as a decision of the case. */
async function transfer(edge: Edge, { acting, task, caseId, names }: Given, { from, to, key }: Giving): Promise<void> {
  const seat = task.seats.find(({ candidates }) => candidates.some((candidate) => 'person' in candidate && candidate.person === from));
  const on = { task: task.id, rev: task.rev, ...(seat === undefined ? {} : { seat: seat.id }) };
  const command: Command = { verb: 'transfer', to, ...on, ...acting };
  const idempotencyKey = `${key} ${task.id} seat`;
  const dispatch = {
    id: commandIdFor(acting.by, idempotencyKey),
    actor: acting.by,
    key: idempotencyKey,
    bodyHash: hashOf({ verb: 'transfer', task: task.id, from, to }),
    body: command,
  };
  const outcome = await edge.courier.command(caseId, dispatch);
  if (outcome.kind === 'refused') throw refused(outcome.code, outcome.values, { ...names, people: await namesIn(edge, outcome.values) });
}
