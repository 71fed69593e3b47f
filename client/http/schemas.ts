import * as z from 'zod';
import { besideVerbs } from '../../domain/authority/collaboration.js';
import { caseVerbs, taskVerbs } from '../../domain/authority/may-act.js';
import { changedSchema } from './changed-schema.js';
import { findingsSchema } from './findings.js';
import { paused } from './holds.js';
import { paper } from './paper-schemas.js';
import { promise } from './promise-schemas.js';
import { seat } from './seat-schemas.js';
import { whoNext } from './who-next-schema.js';

const id = z.string();
const moment = z.iso.datetime().meta({ description: 'UTC, ISO 8601.', example: '2026-11-27T09:00:00.000Z' });
const json = z.unknown().meta({ description: 'Any JSON.' });

/** A sentence with the code and values it was made of: a change of language needs no new request. */
export const told = z.object({ code: z.string(), values: z.record(z.string(), z.unknown()), sentence: z.string() }).meta({ id: 'Told' });

const whyMine = told.extend({
  role: z.string().optional(),
  site: z.string().optional(),
  team: z.string().optional(),
  via: z.array(z.string()).optional().meta({ description: 'Substitutions that the right came by, from the person away to you.' }),
  actingFor: z.string().optional(),
  clauseId: z.string().optional(),
});
/** A task as lists and answers show it. */
export const task = z
  .object({
    id: id.meta({ example: 'hehe:order-intake:HH-261127-001/review/1/initial-review#1' }),
    caseId: id,
    key: z.string(),
    step: z.string(),
    name: z.string().meta({ description: 'The step in the language asked for.' }),
    clauses: z.array(z.string()),
    rev: z.number().int(),
    state: z.enum(['open', 'suspended', 'completed', 'withdrawn', 'lapsed']),
    stateName: z.string().meta({ description: 'How it stands, in the language asked for: also that it is overdue or on hold.' }),
    seats: z.array(seat),
    lines: z.array(z.string()).optional().meta({ description: 'Lines that still wait for an answer.' }),
    openedAt: moment,
    batch: z.iso.date().optional().meta({ description: 'The daily batch it goes with.' }),
    dueAt: moment.optional(),
    overdue: z.boolean(),
    paused: paused.optional(),
    claimedBy: z.string().optional().meta({
      description:
        'Who has taken it: you, where you have taken a seat of it, or who has when none is left to take. Of each seat, see `seats`.',
    }),
    claimedByName: z.string().optional(),
    claimedAt: moment.optional(),
    closedAt: moment.optional(),
    closedBy: z.string().optional(),
    closedFor: z.string().optional().meta({ description: 'The person stood in for by who closed it.' }),
    outcome: z.string().optional(),
  })
  .meta({ id: 'Task' });
export type TaskView = z.infer<typeof task>;

export const listedTask = task
  .extend({
    company: z.string(),
    procedure: z.string(),
    procedureName: z.string(),
    number: z.string(),
    title: z.string().meta({ description: 'Customer and customer’s order number.' }),
    actingFor: z.string().optional().meta({ description: 'Whom you stand in for on it; absent: it is yours by a right of your own.' }),
  })
  .meta({ id: 'ListedTask' });

export const taskList = z
  .object({
    items: z.array(listedTask),
    next: z.string().nullable().meta({ description: 'Send it as `after` for the next page; null on the last.' }),
  })
  .meta({ id: 'TaskList' });

const badge = z.object({ open: z.number().int(), overdue: z.number().int() });
export const counts = z
  .object({
    mine: badge,
    group: badge,
    team: badge,
    overdue: z.number().int().meta({ description: 'Overdue among mine.' }),
    batches: z
      .array(
        badge.extend({
          company: z.string(),
          procedure: z.string(),
          procedureName: z.string(),
          step: z.string(),
          name: z.string().meta({ description: 'The step in the language asked for.' }),
          batch: z.iso.date().meta({ description: 'Send it as `batch` to list them.' }),
          dueAt: moment.nullable().meta({ description: 'When the first of them is due.' }),
        }),
      )
      .meta({ description: 'Among mine, what goes with a daily batch: by step and batch, the earliest first.' }),
  })
  .meta({ id: 'Counts' });

const verb = z.object({
  verb: z.enum([...taskVerbs, ...caseVerbs, ...besideVerbs]),
  name: z.string(),
  allowed: z.boolean(),
  whyNot: told.optional(),
  to: z
    .array(z.object({ step: z.string(), name: z.string() }))
    .optional()
    .meta({ description: 'Where it may be returned to, if the case has passed there.' }),
});

export const taskPage = listedTask
  .extend({
    form: z
      .object({ schema: json, prefill: json.optional() })
      .meta({ description: 'JSON Schema (2020-12) of `data` for complete; what it may start from.' }),
    data: json.meta({ description: 'What is shown with the task, and thereby what the answer covers.' }),
    shown: z.string().meta({ description: 'Content hash of `data`.' }),
    whyMine: whyMine.nullable(),
    whoNext,
    failure: told.optional().meta({ description: 'On a repair task: what went wrong, and what each outcome means.' }),
    refusal: told.optional().meta({ description: 'Why the books did not do what the task is now about.' }),
    refusals: z
      .record(z.string(), told)
      .optional()
      .meta({ description: 'By line: why another case refused what is now to be seen to by hand.' }),
    changed: changedSchema.optional(),
    findings: findingsSchema.optional(),
    verbs: z.array(verb),
    due: z.object({ from: moment, at: moment, rule: json, overdue: z.boolean(), sentence: z.string() }).nullable(),
    dueExplained: z
      .object({ lines: z.array(told) })
      .optional()
      .meta({ description: 'How the due time came about, line by line; absent without one.' }),
    case: z.object({ caseId: id, status: z.string(), turn: z.number().int(), edition: z.string() }),
  })
  .meta({ id: 'TaskPage' });

export const listedCase = z
  .object({
    caseId: id,
    company: z.string(),
    procedure: z.string(),
    procedureName: z.string(),
    number: z.string(),
    title: z.string(),
    status: z.enum(['open', 'closing', 'closed', 'faulted']),
    statusName: z.string(),
    outcome: json,
    startedBy: z.string(),
    startedAt: moment,
    changedAt: moment,
    closedAt: moment.nullable(),
    openTasks: z.number().int(),
    overdue: z.boolean(),
  })
  .meta({ id: 'ListedCase' });
export const caseList = z.object({ items: z.array(listedCase), next: z.string().nullable() }).meta({ id: 'CaseList' });

const entry = z
  .object({
    seq: z.number().int(),
    turn: z.number().int(),
    at: moment,
    type: z.string(),
    by: z.string(),
    actingFor: z.string().optional(),
    taskId: z.string().optional(),
    note: z.number().int().optional().meta({ description: 'Said or done beside the case; `seq` is that of the entry before it.' }),
    body: json.optional(),
  })
  .extend(told.shape);
const document = z
  .object({
    id: z.string().meta({ description: '`key@version`; URL-encode it.' }),
    kind: z.string(),
    name: z.string(),
    to: z.string(),
    version: z.number().int(),
    correction: z.boolean(),
    at: moment,
  })
  .meta({ id: 'Document' });
const papers = z.array(paper).meta({ description: 'What was printed and sent, oldest first.' });
export const documentList = z.object({ items: z.array(document), printed: papers }).meta({ id: 'DocumentList' });
export const documentPage = document.extend({ content: json, hash: z.string() }).meta({ id: 'DocumentPage' });

export const casePage = z
  .object({
    caseId: id,
    company: z.string(),
    procedure: z.string(),
    procedureName: z.string(),
    number: z.string(),
    title: z.string(),
    edition: z.string(),
    status: z.string(),
    statusName: z.string(),
    turn: z.number().int().meta({ description: 'Send it as `from` when amending.' }),
    subject: json,
    outcome: json,
    startedBy: z.string(),
    startedAt: moment,
    changedAt: moment,
    closedAt: moment.nullable(),
    pending: z.boolean(),
    openTasks: z.array(task).meta({ description: 'Open and paused ones.' }),
    timeline: z.array(entry).meta({ description: 'The latest 200 entries, oldest first.' }),
    earlier: z.number().int().nullable().meta({ description: 'Send it as `before` for earlier entries; null when there are none.' }),
    promises: z.array(promise),
    deadlines: z.array(
      z.object({
        key: z.string(),
        clock: z.string(),
        name: z.string(),
        from: moment,
        dueAt: moment,
        state: z.string(),
        paused: paused.optional(),
      }),
    ),
    held: paused.optional().meta({ description: 'The case as a whole is on hold.' }),
    effects: z.array(
      z.object({
        key: z.string(),
        effect: z.string(),
        name: z.string(),
        state: z.string(),
        action: z.string(),
        code: z.string().nullable(),
        detail: z.string().nullable(),
      }),
    ),
    documents: z.array(document),
    printed: papers,
    links: z.array(json),
    people: z.record(z.string(), z.string()).meta({ description: 'Names of all people named above.' }),
    verbs: z.array(verb),
  })
  .meta({ id: 'CasePage' });
