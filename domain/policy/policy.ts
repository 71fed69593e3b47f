import * as z from 'zod';
import { dueSpec, timeOfDay, wallLength } from '../time/due.js';
import { escalationPolicy } from '../time/escalation.js';
import { words } from '../words.js';
import { condition } from './feel.js';
import { seatModes } from './seat-modes.js';

/** What every policy file is made of. */

export const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kebab-case id');
/** The name of a form's field, or of a value that is shown: a name in JSON, such as `orderDataNo`. */
export const fieldId = z.string().regex(/^[a-z][A-Za-z0-9-]*$/, 'a field name such as orderDataNo');
export const clause = z.string().regex(/^[A-Z]{2}-[A-Z]\d+$/, 'a clause id such as HH-B2');

/** The parts of a policy about who answers a step together, and about chains of such steps. See docs/seats.md. */

/** Which of the values shown are covered: names on their top level. */
const covers = z.array(fieldId).min(1);

const seat = z.strictObject({
  id,
  /** As whom its holder answers; the names of its roles when absent. */
  name: words.exactOptional(),
  /** Who may fill it: holders of any of these roles, members of any of these teams, or one person. */
  roles: z.array(id).min(1).exactOptional(),
  teams: z.array(id).min(1).exactOptional(),
  person: id.exactOptional(),
  /** What its answer counts in a quorum; 1 when absent. */
  weight: z.int().positive().max(1_000).exactOptional(),
  /** Its "no" ends the step, whatever the others say. */
  veto: z.boolean().exactOptional(),
  /** FEEL over what is shown: otherwise the seat is not there. */
  when: condition.exactOptional(),
  covers: covers.exactOptional(),
});
export type SeatPolicy = z.infer<typeof seat>;

const needs = z.union([
  z.strictObject({ count: z.int().positive() }),
  z.strictObject({ percent: z.int().min(1).max(100) }),
  z.strictObject({ weight: z.int().positive() }),
]);

export const seats = z.strictObject({
  mode: z.enum(seatModes),
  of: z.array(seat).min(1).max(50),
  /** With `quorum`: how many of the seats, how much of them in percent, or how much weight must agree. */
  needs: needs.exactOptional(),
  /** Whether the first "no" ends the step, or is counted with the others; by default it ends it, but for a quorum. */
  onReject: z.enum(['ends', 'counts']).exactOptional(),
  /** Nobody fills two of its seats. Seats with the same candidates are filled by different people in any case. */
  distinct: z.boolean().exactOptional(),
});
export type SeatsPolicy = z.infer<typeof seats>;

const stage = z.strictObject({
  step: id,
  /** FEEL over what is shown to the review: otherwise the stage is passed over. */
  when: condition.exactOptional(),
  covers: covers.exactOptional(),
});

/** A chain of steps that must all agree: `desk.review`. */
export const review = z.strictObject({
  name: words,
  stages: z.array(stage).min(1),
  /** `skip`: who approved a stage and could fill the only seat of the next is not asked again, and the ledger says so. */
  sameApprover: z.enum(['skip', 'ask']).exactOptional(),
});

/** All roles whose holders may fill a seat of a step. */
export function rolesOfStep({
  roles,
  seats: several,
}: {
  readonly roles?: readonly string[];
  readonly seats?: SeatsPolicy;
}): readonly string[] {
  return roles ?? [...new Set((several?.of ?? []).flatMap((one) => one.roles ?? []))];
}

/**
 * The schema of policy files: who, by when, which form, which wording. What follows what is code; these are its parameters.
 * Strict: an unknown key is an error. Read from `policies/<company>/*.yaml`; see docs/policy.md.
 */

/** A field of a form. `lines` fields of an `each` step are filled once per line. */
export const field = z.strictObject({
  name: words,
  /** `verdicts`: one of `choices` for each item of a list that is shown. `lines`: some of the items of such a list, by id. */
  type: z.enum(['text', 'date', 'integer', 'money', 'choice', 'boolean', 'verdicts', 'lines', 'email']),
  required: z.boolean().default(true),
  /** Longest text, in characters. */
  max: z.int().positive().max(20_000).optional(),
  /** Of a text: the whole of it is written so, as a regular expression. */
  pattern: z.string().min(1).max(200).exactOptional(),
  min: z.int().optional(),
  choices: z.record(id, words).optional(),
  /** Taken only when it equals, or is at most, what is shown under this name: with the task, or with the line of one that is answered by lines. */
  sameAs: fieldId.optional(),
  atMost: fieldId.optional(),
  /** Of `verdicts` and `lines`: the name of the list in what is shown. */
  of: fieldId.exactOptional(),
  /** Of a date: one before today is refused. */
  notPast: z.literal(true).exactOptional(),
  /** Of a date: the field that says why it may be a day on which nobody works. */
  onFreeDay: fieldId.exactOptional(),
  /** Of a date of a line: the field that says why it is later than what is shown of the line under `than`, or than the answer before. */
  whenLater: z.strictObject({ than: fieldId, needs: fieldId }).exactOptional(),
});
export type Field = z.infer<typeof field>;

/** How a value that is only ever shown is written where its name and form do not say it. */
const written = ['text', 'money', 'instant', 'percent', 'person', 'role', 'step', 'outcome', 'verdicts', 'finding', 'refusal'] as const;

/** What stands before a value that is shown, and how the value is written. */
export const label = z.strictObject({
  name: words,
  as: z.enum(written).exactOptional(),
  /** What the value's own ids are called. */
  choices: z.record(id, words).exactOptional(),
});
export type Label = z.infer<typeof label>;

/** By the name of the value; `order.number` is the number within what is shown as `order`, and goes before `number`. */
export const labels = z.record(
  z.string().regex(/^[a-z][A-Za-z0-9-]*(\.[a-z][A-Za-z0-9-]*)?$/, 'a name such as shipDate or order.number'),
  label,
);
export type Labels = z.infer<typeof labels>;

export const outcome = z.strictObject({
  name: words,
  /** Fields of the form that this outcome asks for; others are refused with it. */
  fields: z.array(fieldId).default([]),
  /** A "no": the verb `reject` gives it, a review ends with it, and a step of several seats counts it against. */
  rejects: z.boolean().exactOptional(),
  /** How the timeline says it, with who did it as `{{who}}`. */
  sentence: words.exactOptional(),
});

export const step = z.strictObject({
  name: words,
  clauses: z.array(clause).min(1),
  /** Who may act: holders of any of these roles, one of them for all. Or `seats`. */
  roles: z.array(id).min(1).exactOptional(),
  /** Who answers it together, and when that is an answer. */
  seats: seats.exactOptional(),
  /** Nobody who answered one of these steps before may answer this one. */
  differentFrom: z.array(id).min(1).exactOptional(),
  /** Nor may who started the case. */
  notStarter: z.boolean().exactOptional(),
  due: dueSpec.optional(),
  /** `ladder`: the task stays open when it is overdue. `outcome`: the procedure goes on without an answer. */
  overdue: z.enum(['ladder', 'outcome']).default('ladder'),
  /** Gathered by daily batches: the time of day at which the day's batch passes. */
  batch: timeOfDay.exactOptional(),
  /** What happens around its due time; in place of the company's. */
  ladder: escalationPolicy.exactOptional(),
  /** Deadlines of the case that rest while this step is open, and why. */
  pauses: z.strictObject({ clocks: z.array(id).min(1), cause: id }).exactOptional(),
  /** Whether it rests while the case is held (default), or goes on. */
  onHold: z.enum(['rests', 'runs']).exactOptional(),
  outcomes: z.record(id, outcome),
  fields: z.record(fieldId, field).default({}),
  /** Answered line by line: the fields are those of one line. */
  perLine: z.boolean().default(false),
  /** The field that holds a date promised for the line: each answer becomes a version in the promise ledger. */
  promises: fieldId.optional(),
  /** The field, a choice, that says why a promised date is what it is: the cause in the promise ledger. */
  promiseCause: fieldId.exactOptional(),
  /** Earlier steps the task may be sent back to; none: it has no `return`. */
  returnTo: z.array(id).default([]),
  /** Whether a return keeps the answers that are still valid (default), asks all of them anew, or does as the command says. */
  redo: z.enum(['keep', 'all', 'choose']).exactOptional(),
  /** Who may propose and confirm that it be skipped, and with which outcome it then counts. */
  skip: z.strictObject({ by: z.array(id).min(1), outcome: id }).exactOptional(),
  /** Who may act beside its roles: members of any of these teams, wherever they are. */
  teams: z.array(id).min(1).exactOptional(),
});
export type StepPolicy = z.infer<typeof step>;

export const procedurePolicy = z.strictObject({
  procedure: id,
  /** The workflow type that runs it. */
  implementation: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  name: words,
  clauses: z.array(clause).min(1),
  /** Who may start a case, and who may amend or cancel it. */
  startedBy: z.array(id).min(1),
  managedBy: z.array(id).min(1),
  /** Closed cases may be reopened: by whom, how long after they were closed, and whether all that follows the step is asked anew (`redo` as of a return). None: never. */
  reopen: z
    .strictObject({
      by: z.array(id).min(1),
      within: wallLength.exactOptional(),
      redo: z.enum(['keep', 'all', 'choose']).exactOptional(),
    })
    .exactOptional(),
  /** What a cancellation tells, and whom, with its reason; nobody when absent. */
  cancelled: z.strictObject({ notice: id, to: id }).exactOptional(),
  /** Who repairs what a system could not do. */
  repairedBy: z.array(id).min(1),
  /** What a case is about, where the implementation says nothing of its own: fields as those of a form. */
  subject: z.strictObject({ fields: z.record(fieldId, field) }).exactOptional(),
  steps: z.record(id, step),
  reviews: z.record(id, review).exactOptional(),
  /** What steps of earlier editions are called now: answers and open tasks of cases that move here go on under the new name. */
  renamed: z.record(id, id).exactOptional(),
  clocks: z
    .record(
      id,
      z.strictObject({
        name: words,
        clauses: z.array(clause).min(1),
        due: dueSpec,
        ladder: escalationPolicy.exactOptional(),
        onHold: z.enum(['rests', 'runs']).exactOptional(),
      }),
    )
    .default({}),
  notices: z
    .record(
      id,
      z.strictObject({ name: words, clauses: z.array(clause).min(1), /** Kept as a document under this kind. */ document: id.optional() }),
    )
    .default({}),
  effects: z
    .record(
      id,
      z.strictObject({
        name: words,
        /** Cannot be undone by a system: undoing it is a person's repair task. */ irreversible: z.boolean().default(false),
        undoOnReturn: z.boolean().default(false),
        /** A reading that stands after a return: what was decided on it cannot be taken back any more. */
        keptOnReturn: z.literal(true).exactOptional(),
        clauses: z.array(clause).min(1).exactOptional(),
      }),
    )
    .default({}),
  /** Readings of a book that it leaves open, and other values the procedure asks for by name. */
  values: z.record(id, z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Of what is shown, where it is called otherwise than elsewhere in the company. */
  labels: labels.exactOptional(),
});
export type ProcedurePolicy = z.infer<typeof procedurePolicy>;

/** The parts of a policy that carry clauses of the book. */
const carriers = ['steps', 'clocks', 'notices', 'effects'] as const;

/** Every part of a procedure that carries clauses, e.g. `steps` `initial-review`, with those clauses. */
export function carriersOf(policy: ProcedurePolicy) {
  return carriers.flatMap((group) =>
    Object.entries<{ readonly clauses?: readonly string[] }>(policy[group]).map(([id, { clauses = [] }]) => ({ group, id, clauses })),
  );
}

/** Lines below a company's name on its paper, in every language. */
const paperLines = z.array(z.string().trim().min(1).max(200)).min(1).max(8);
const mailAddress = z.email('a mail address such as orders@example.com').max(254);

/** What stands on a company's documents and mail beside its name. */
export const letterhead = z.strictObject({
  /** Address, telephone and the like, line by line. */
  lines: z.strictObject({ en: paperLines, zh: paperLines, id: paperLines }),
  mail: z.strictObject({
    /** Who its mail comes from, as mail programs show it. */
    sender: words,
    /** The address it comes from. */
    address: mailAddress,
    /** Where answers go; to `address` when absent. */
    replyTo: mailAddress.optional(),
  }),
});

export const companyPolicy = z.strictObject({
  company: id,
  /** Prefix of its clause ids, e.g. HH. */
  prefix: z.string().regex(/^[A-Z]{2}$/),
  name: words,
  /** IANA zone of the site, e.g. Asia/Shanghai, and its offset from UTC in minutes. */
  zone: z.string(),
  utcOffsetMinutes: z.int().min(-840).max(840),
  roles: z.record(id, words),
  /** Roles of parties outside the company: what they are told is kept with the case, and nobody signs in as one of them. */
  outsiders: z.array(id).default([]),
  /** Groups of people beside the roles, such as a project team. */
  teams: z.record(id, words).optional(),
  /** Where it works. A case is of the site that its subject names under `site`, or of `defaultSite`. */
  sites: z.record(id, words).optional(),
  defaultSite: id.optional(),
  /** Who may enter absences and stand-ins of others; one's own everybody may. */
  absencesManagedBy: z.array(id).min(1).optional(),
  /** Who may enter invoices over what was shipped into the trade books; nobody when absent. */
  invoicesEnteredBy: z.array(id).min(1).exactOptional(),
  /** Who may report mail that came back, beside those who manage its procedure: as a rule a machine. */
  bouncesReportedBy: z.array(id).min(1).exactOptional(),
  procedures: z.array(id).min(1),
  /** `mail`: whoever is told something gets it by mail too, if they have an address. */
  notices: z.strictObject({ mail: z.boolean() }).exactOptional(),
  /** What happens around the due time of every step that has no ladder of its own. */
  ladder: escalationPolicy.exactOptional(),
  /** Who is above a role, the next one first: they join when what waits for the role is escalated. `[]`: nobody is, and escalations fall away. */
  supervisors: z.record(id, z.array(id)).exactOptional(),
  /** Why a case or task may be held. */
  holdCauses: z.record(id, words).exactOptional(),
  /** How long after somebody urged a task it may be urged again; four hours when absent. */
  urgeEvery: wallLength.exactOptional(),
  /** The working calendar of the site, a file of `policies/calendars`. Needed where something is due by working time or working days. */
  calendar: id.optional(),
  /** Needed where a procedure sends documents (`send-reply`). */
  letterhead: letterhead.optional(),
});
export type CompanyPolicy = z.infer<typeof companyPolicy>;

export const person = z.strictObject({
  id,
  name: z.string().min(1),
  locale: z.enum(['zh', 'en', 'id']),
  /** Where notices are mailed. */
  mail: mailAddress.exactOptional(),
  roles: z.array(id).min(1),
  /** Where they hold the roles; at every site when absent. */
  sites: z.array(id).min(1).optional(),
  teams: z.array(id).min(1).optional(),
});
export type Person = z.infer<typeof person>;

/** `people.demo.yaml`: who holds which roles where nobody has set up a directory yet. */
export const people = z.strictObject({ people: z.array(person).min(1) });
export type People = z.infer<typeof people>;

/**
 * `clauses.yaml`: what each clause of the company's book says, in our own words, and how it is kept. `carried`: by steps, clocks, notices and effects that
 * name it, each of which must show in a story that lists the clause, but for `optional` ones. `rule`: by what `enforcedBy` names, such as
 * `return.steps.approve-furnace.roles` or `return.subject`, as a story that lists the clause must see. `context`: aims and scope, nothing to be carried.
 */
export const clauses = z.record(
  clause,
  z.strictObject({
    title: words,
    text: words,
    kind: z.enum(['carried', 'rule', 'context']).default('carried'),
    enforcedBy: z.array(z.string().min(1)).min(1).exactOptional(),
    optional: z.array(z.string().min(1)).min(1).exactOptional(),
  }),
);
export type Clauses = z.infer<typeof clauses>;

/** A company with its procedures: what an edition pins. */
export interface CompanyBook {
  readonly company: CompanyPolicy;
  readonly procedures: Readonly<Record<string, ProcedurePolicy>>;
  /** What the values that its procedures show are called; editions of before have none. */
  readonly labels?: Labels;
}
/** All companies of an edition, by company id. */
export type Books = Readonly<Record<string, CompanyBook>>;
