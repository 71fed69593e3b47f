import * as z from 'zod';
import { readSubject } from '../../../db/cases.js';
import type { CollaborationEntry } from '../../../db/collaboration.js';
import { announce } from '../../../db/events.js';
import { openTasksOf } from '../../../db/tasks.js';
import type { Rehearsal } from '../../../domain/analysis/rehearse.js';
import { caseVerbs, mayAct } from '../../../domain/authority/may-act.js';
import { hashOf } from '../../../domain/canonical-json.js';
import type { Command, CommandBody } from '../../../domain/engine/command.js';
import type { CaseState } from '../../../domain/engine/state.js';
import type { JsonObject } from '../../../domain/json.js';
import { applyPatch } from '../../../domain/patch.js';
import { plainText } from '../../../domain/plain-text.js';
import { EditionMismatch } from '../../dispatch/contract.js';
import { identify } from '../http/auth.js';
import { count } from '../http/bounds.js';
import { type ApiContext, actorOf, type Caller, namesFor } from '../http/context.js';
import { deliver, onceTasksOpen } from '../http/deliver.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { commandIdFor, requireKey } from '../http/idempotency.js';
import { fieldRequired, fieldUnknown, Problem } from '../http/problem.js';
import { readableCase, requireAllowed } from '../http/scope.js';
import { type Names, procedureOf } from '../http/words.js';
import { recorded } from '../tasks/collaboration.js';
import { holdBody, holdFields, redo } from '../tasks/command.js';
import { task, taskView } from '../tasks/task.js';
import { namesToday } from './case.js';
import { checkKnown, checkSubject } from './subject.js';

const commandSchema = z
  .strictObject({
    verb: z
      .string()
      .min(1)
      .max(40)
      .meta({ description: [...caseVerbs, 'comment'].join(', '), example: 'amend' }),
    patch: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({
        description: 'amend: RFC 7396 merge patch of the subject; a list of things with `id` may be patched by an object keyed by id.',
        example: { lines: { '2': { quantity: 320 } } },
      }),
    from: count.optional().meta({ description: 'amend: the turn of the case that was read.' }),
    text: plainText(2_000).optional().meta({ description: 'comment: the comment.' }),
    reason: plainText().optional().meta({ description: 'cancel, reopen: why (required). amend, hold: why.' }),
    to: z.string().min(1).max(120).optional().meta({
      description:
        'move: the edition; the current one when absent. reopen: the step that is asked again; a case that was cancelled needs none.',
    }),
    redo: redo.optional().meta({
      description:
        'reopen, where the policy leaves the choice: keep answers after that step that are still valid, or ask all of them anew.',
    }),
    ...holdFields,
  })
  .meta({ id: 'CaseCommand' });

type Asked = z.infer<typeof commandSchema>;

/** Commands to a case as a whole. */
export function caseCommandRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/cases/{caseId}/commands',
      tag: 'Cases',
      summary: 'Change the order of a case, hold or resume it, cancel or reopen it, or move it to the current edition',
      description:
        'For people who manage the procedure, or whom its policy lets reopen. What an amendment does not touch stands; what showed the changed fields is asked again. A case reopened goes on in the current edition.',
      params: { caseId: 'The case id, URL-encoded into one segment.' },
      key: 'required',
      body: commandSchema,
      answer: { status: 200, description: 'It is done and durable.', schema: caseAnswer },
    },
    async ({ c, param, body }) => {
      const key = requireKey(c);
      const caseId = param('caseId');
      const caller = await identify(api, c, { caseId });
      const { person, locale } = caller;
      const head = readableCase(caller, caseId);
      const asked = await body();
      const names = await namesFor(api, head);
      if (asked.verb === 'comment') return c.json(await commented(api, caller, asked, key));
      const wanted = { caseId, actor: person.id, key, asked: { case: caseId, ...asked } as JsonObject, names };
      const delivered = await onceTasksOpen(api, await deliver(api, wanted, () => decide(api, caller, asked, names)));
      return c.json({
        caseId,
        status: delivered.status,
        turn: delivered.turn,
        openTasks: delivered.openTasks.map((row) => taskView(row, names, locale)),
        pending: delivered.flying > 0,
      });
    },
  );
}

/** A comment changes nothing: the case stands as it did. */
async function commented(api: ApiContext, caller: Caller, { text, verb: _verb, ...others }: Asked, key: string) {
  const [name] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) throw fieldUnknown(`/${name}`);
  const { case: head, locale } = caller;
  if (head === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: '' } });
  const note = await commentOnCase(api, caller, text, key);
  const { openTasks, flying } = await openTasksOf(api.db, head.id);
  const names = await namesFor(api, head);
  return {
    caseId: head.id,
    status: head.status,
    turn: head.turn,
    openTasks: openTasks.map((row) => taskView(row, names, locale)),
    pending: flying > 0,
    note,
  };
}

async function decide(api: ApiContext, caller: Caller, asked: Asked, own: Names): Promise<Command> {
  const { person, case: head } = caller;
  const names = asked.verb === 'reopen' ? await namesToday(api, caller, own) : own;
  const procedure = procedureOf(names);
  if (head === undefined || procedure === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: head?.id ?? '' } });
  const right = mayAct(person, head.company, { on: 'case', verb: asked.verb, procedure, about: head.about });
  const authority = await requireAllowed(api, right, { unknown: 'CASE_UNKNOWN', names });
  if (head.status === 'closed' && asked.verb !== 'reopen') throw new Problem('CASE_CLOSED', { values: { case: head.id } });
  if (head.status === 'faulted' && asked.verb !== 'move') throw new Problem('CASE_FAULTED', { values: { case: head.id } });
  const amended = asked.verb === 'amend' ? await subjectAfter(api, head.id, asked) : undefined;
  if (amended !== undefined) {
    const subject = checkSubject(procedure, amended, '/subject', names);
    await checkKnown(api, procedure, { company: head.company, subject, under: '/subject', names, caseId: head.id });
  }
  const target = asked.verb === 'move' ? await targetOf(api, head.id, head.edition, asked.to) : undefined;
  return { ...bodyFor(asked, target, names), ...actorOf(person, authority) };
}

async function subjectAfter(api: ApiContext, caseId: string, { patch }: Asked): Promise<JsonObject> {
  if (patch === undefined) throw fieldRequired('/patch');
  const subject = await readSubject(api.db, caseId);
  return applyPatch((subject ?? {}) as JsonObject, patch as JsonObject);
}

/** Where a case may move to: the edition in force, when it is not there yet and the procedure there can take it. */
async function targetOf(api: ApiContext, caseId: string, from: string, to: string | undefined): Promise<string> {
  const { outcome } = await rehearsed(api, caseId, from, to);
  if (outcome.fault !== undefined) throw new Problem('MOVE_FAULTY', { field: '/to', values: { edition: outcome.to, ...outcome.fault } });
  return outcome.to;
}

function bodyFor(asked: Asked, target: string | undefined, names: Names): CommandBody {
  const { verb, patch, from, reason, text, to, redo: anew } = asked;
  if (text !== undefined) throw fieldUnknown('/text');
  switch (verb) {
    case 'hold':
      return holdBody(asked, names);
    case 'resume':
      return { verb };
    case 'amend':
      if (patch === undefined) throw fieldRequired('/patch');
      if (from === undefined) throw fieldRequired('/from');
      return { verb, patch: patch as JsonObject, from, ...(reason === undefined ? {} : { reason }) };
    case 'cancel':
      if (reason === undefined) throw fieldRequired('/reason');
      return { verb, reason };
    case 'reopen':
      if (reason === undefined) throw fieldRequired('/reason');
      return { verb, reason, ...(to === undefined ? {} : { to }), ...(anew === undefined ? {} : { redo: anew }) };
    case 'move':
      if (target === undefined) throw fieldRequired('/to');
      return { verb, to: target };
    default:
      throw new Problem('VERB_UNKNOWN', { field: '/verb', values: { verb, allowed: caseVerbs } });
  }
}

const id = z.string();

export const caseAnswer = z
  .object({
    caseId: id,
    status: z.string(),
    turn: z.number().int(),
    openTasks: z.array(task),
    pending: z.boolean(),
    note: z.number().int().optional(),
  })
  .meta({ id: 'CaseAnswer' });

const keysOfTasks = z.array(z.string()).meta({ description: 'Keys of tasks.', example: ['price-review'] });

const rehearsal = z
  .object({
    caseId: z.string(),
    from: z.string(),
    to: z.string(),
    opens: keysOfTasks,
    revises: keysOfTasks,
    suspends: keysOfTasks,
    resumes: keysOfTasks,
    withdraws: keysOfTasks,
    renames: z
      .array(z.object({ from: z.string(), to: z.string() }))
      .optional()
      .meta({ description: 'Tasks that go on under another name.' }),
    drops: z
      .array(z.object({ key: z.string(), by: z.string(), at: z.number() }))
      .meta({ description: 'Recorded answers that would no longer stand.' }),
    effects: z.array(z.object({ key: z.string(), action: z.enum(['do', 'revise', 'undo']) })),
    closes: z.boolean(),
    fault: z.object({ code: z.string(), detail: z.string() }).optional(),
    snapshot: z.unknown().optional(),
  })
  .meta({ id: 'Rehearsal' });

/** What moving a case to the edition in force would do, tried out before anybody does it. */
export function rehearsalRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cases/{caseId}/rehearsal',
      tag: 'Cases',
      summary: 'Try a move to the edition in force out',
      description: 'For people who manage the procedure. Nothing is changed. Tasks that are not named stay as they are.',
      params: { caseId: 'The case id, URL-encoded into one segment.' },
      query: z.strictObject({
        snapshot: z.literal('true').optional().meta({ description: 'Also the case as it would be carried, to be kept in a file.' }),
      }),
      answer: { status: 200, description: 'What would open, be withdrawn, lose its answer.', schema: rehearsal },
    },
    async ({ c, param, query }) => {
      const caseId = param('caseId');
      const caller = await identify(api, c, { caseId });
      const head = readableCase(caller, caseId);
      const names = await namesFor(api, head);
      const procedure = procedureOf(names);
      if (procedure === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: caseId } });
      const right = mayAct(caller.person, head.company, { on: 'case', verb: 'move', procedure, about: head.about });
      await requireAllowed(api, right, { unknown: 'CASE_UNKNOWN', names });
      const { outcome, snapshot } = await rehearsed(api, caseId, head.edition);
      return c.json({ ...outcome, ...(query.snapshot === undefined ? {} : { snapshot }) });
    },
  );
}

/**
 * Tries out what a case would become in the edition in force.
 * @throws Problem EDITION_NOT_CURRENT, CASE_CLOSED, EDITION_MISMATCH, REHEARSAL_IMPOSSIBLE
 */
export async function rehearsed(
  api: ApiContext,
  caseId: string,
  from: string,
  to?: string,
): Promise<{ readonly outcome: Rehearsal; readonly snapshot: CaseState }> {
  const current = await api.books.current();
  if (current === undefined) throw new Problem('EDITION_MISSING');
  const edition = to ?? current.id;
  if (edition !== current.id || edition === from)
    throw new Problem('EDITION_NOT_CURRENT', { field: '/to', values: { edition, current: current.id } });
  const snapshot = await api.dispatcher.snapshot(caseId).catch((thrown: unknown) => {
    throw thrown instanceof EditionMismatch ? new Problem('EDITION_MISMATCH', { values: { case: caseId } }) : thrown;
  });
  if (snapshot === undefined) throw new Problem('CASE_CLOSED', { values: { case: caseId } });
  const outcome = api.rehearse(snapshot, current);
  if (outcome === undefined) throw new Problem('REHEARSAL_IMPOSSIBLE', { values: { edition } });
  return { outcome, snapshot };
}

/** A comment on a case as a whole. */
export async function commentOnCase(
  api: ApiContext,
  { person, case: head }: Caller,
  text: string | undefined,
  key: string,
): Promise<number> {
  if (head === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: '' } });
  if (text === undefined) throw fieldRequired('/text');
  const body = { case: head.id, verb: 'comment', text };
  const id = commandIdFor(person.id, key);
  const entry: CollaborationEntry = {
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
  const note = await recorded(api, entry, {});
  announce(api.db, { caseId: head.id, company: head.company, turn: head.turn, kinds: ['note-comment'] });
  return note;
}
