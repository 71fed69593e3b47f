import * as z from 'zod';
import { answeredBefore, readShown } from '../../../db/cases.js';
import { namesOf } from '../../../db/people.js';
import { type Change, whatChanged } from '../../../domain/analysis/what-changed.js';
import { type Authority, mayAct } from '../../../domain/authority/may-act.js';
import type { TaskRow } from '../../../domain/engine/ledger.js';
import { isObject, type Json, textOf } from '../../../domain/json.js';
import { type FactContext, factOf, factsOf } from '../../../domain/policy/facts.js';
import { formJsonSchema } from '../../../domain/policy/form.js';
import { repairSteps } from '../../../domain/policy/reserved-steps.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { type ApiContext, type Caller, namesFor } from '../http/context.js';
import { iso, json, type Message, message, messageFor, moment, procedureName, stepOf, verb } from '../http/message.js';
import { readableTask } from '../http/scope.js';
import { failureOf, type Names } from '../http/words.js';
import { claimsView } from './collaboration.js';
import { dueExplained } from './due.js';
import { fact, factContext, refusalMessage } from './facts.js';
import { findingsIn, findingsSchema } from './findings.js';
import { dueView, listedTask, peopleOf, taskView } from './task.js';
import { allVerbsFor } from './verbs.js';
import { whoNext, whoNextOf } from './who-next.js';

/** The most changes that are told one by one. */
export const mostListed = 100;

/** Any JSON value, as it was shown. */
const shownValue = z.unknown();

export const changedSchema = z
  .object({
    since: z.iso.datetime().meta({ description: 'When the step was answered last.' }),
    by: z.string().nullable(),
    count: z
      .number()
      .int()
      .meta({ description: `How many values differ; the first ${mostListed} are told.` }),
    items: z.array(
      z.object({
        line: z.string().optional(),
        field: z.string().meta({ description: 'Name of the value, below others with a slash; empty: the whole line.' }),
        before: shownValue.optional(),
        after: shownValue.optional(),
        label: z.string().meta({ description: 'What the value is called.' }),
        beforeText: z.string(),
        afterText: z.string(),
        sentence: z.string(),
      }),
    ),
  })
  .meta({ description: 'On a step that was answered before: what it shows otherwise than then, value by value.' });

const id = z.string();

const whyMineSchema = message.extend({
  role: z.string().optional(),
  site: z.string().optional(),
  team: z.string().optional(),
  via: z.array(z.string()).optional().meta({ description: 'Substitutions that the right came by, from the person away to you.' }),
  actingFor: z.string().optional(),
  clauseId: z.string().optional(),
});

export const taskPage = listedTask
  .extend({
    form: z
      .object({ schema: json, prefill: json.optional() })
      .meta({ description: 'JSON Schema (2020-12) of `data` for complete; what it may start from.' }),
    data: json.meta({ description: 'What is shown with the task, and thereby what the answer covers.' }),
    facts: z.array(fact).meta({ description: '`data` in the reader’s words.' }),
    shown: z.string().meta({ description: 'Content hash of `data`.' }),
    whyMine: whyMineSchema.nullable(),
    whoNext,
    failure: message.optional().meta({ description: 'On a repair task: what went wrong, and what each outcome means.' }),
    refusal: message.optional().meta({ description: 'Why the books did not do what the task is now about.' }),
    refusals: z
      .record(z.string(), message)
      .optional()
      .meta({ description: 'By line: why another case refused what is now to be seen to by hand.' }),
    changed: changedSchema.optional(),
    findings: findingsSchema.optional(),
    verbs: z.array(verb),
    due: z.object({ from: moment, at: moment, rule: json, overdue: z.boolean(), sentence: z.string() }).nullable(),
    dueExplained: z
      .object({ lines: z.array(message) })
      .optional()
      .meta({ description: 'How the due time came about, line by line; absent without one.' }),
    case: z.object({ caseId: id, status: z.string(), turn: z.number().int(), edition: z.string() }),
  })
  .meta({ id: 'TaskPage' });

export async function pageOf(api: ApiContext, caller: Caller, taskId: string) {
  const { person, locale } = caller;
  const { task, head } = readableTask(caller, taskId);
  const around = person.circle?.substitutions.map((link) => link.person) ?? [];
  const names = {
    ...(await namesFor(api, head)),
    people: await namesOf(api.db, [...peopleOf(task), ...around, head.startedBy, ...caller.claims.map((claim) => claim.person)]),
  };
  const step = stepOf(names, task.step);
  const view = taskView(task, names, locale);
  const { shown, prefill } = await readShown(api.db, task.shown, task.prefill);
  const { company, procedure, number, title, id: caseId, status, turn, edition } = head;
  const open = task.state === 'open';
  const wording = await factContext(api, caller, names);
  const authority =
    step === undefined ? undefined : mayAct(person, company, { on: 'task', verb: 'complete', seats: task.seats, step, about: head.about });
  return {
    ...view,
    ...claimsView(view.seats, caller.claims, { reader: person.id, people: names.people }),
    company,
    procedure,
    procedureName: procedureName(locale, names),
    number,
    title,
    form: { schema: step === undefined ? {} : formJsonSchema(step, locale, shown), ...(prefill === null ? {} : { prefill }) },
    data: shown,
    facts: factsOf(shown, wording),
    shown: task.shown,
    ...failureShown(task, shown, locale),
    ...refusalsShown(shown, locale, names),
    ...(await changedSince(api, task, shown, wording)),
    ...findingsIn(shown, names, locale),
    whyMine: authority === undefined || !open ? null : whyMine(locale, authority, names, step?.clauses),
    whoNext: await whoNextOf(api, caller, task, names),
    verbs: allVerbsFor(caller, task, names),
    due: dueView(task, step?.due ?? null, names, locale),
    dueExplained: await dueExplained(api, task, step?.due, names, locale),
    case: { caseId, status, turn, edition },
  };
}

/** Why a task is the reader's, as codes and as a sentence. */
export interface WhyMine extends Message {
  readonly role?: string;
  readonly team?: string;
  /** Ids of the substitutions that the right came by. */
  readonly via?: string[];
  readonly actingFor?: string;
  readonly clauseId?: string;
}

/** Why a task is the reader's, from the rule that lets them act. `clauses`: those of its step. */
export function whyMine(locale: Locale, authority: Authority, names: Names, clauses: readonly string[] = []): WhyMine | null {
  if (!authority.allowed) return null;
  const { rule, actingFor, chain } = authority;
  const [kind = '', what = ''] = rule.split(':');
  const [role = '', site] = what.split('@');
  const right = kind === 'role' ? { role, ...(site === undefined ? {} : { site }) } : kind === 'team' ? { team: what } : {};
  const [clauseId] = clauses;
  const more = { ...right, ...(clauseId === undefined ? {} : { clauseId }) };
  const [link] = chain ?? [];
  if (actingFor !== undefined && chain !== undefined && link !== undefined) {
    const between = chain.slice(1).map(({ person }) => person);
    const values = { person: actingFor, from: link.from, until: link.until, ...(between.length === 0 ? {} : { via: between }) };
    const key = between.length === 0 ? 'why.for' : 'why.for.via';
    return { ...messageFor(locale, key, 'ACTING_FOR', values, names), ...more, actingFor, via: chain.map(({ id }) => id) };
  }
  if (kind === 'role') return { ...messageFor(locale, 'why.role', 'ROLE', { roles: [role] }, names), ...more };
  if (kind === 'team') return { ...messageFor(locale, 'why.team', 'TEAM', { team: what }, names), ...more };
  return { ...messageFor(locale, 'why.person', 'PERSON', {}, names), ...more };
}

/** What a task shows otherwise than when its step was answered last. Nothing where it was not answered before. */
export async function changedSince(api: ApiContext, task: TaskRow, shown: Json, wording: FactContext) {
  if (task.state !== 'open' && task.state !== 'suspended') return {};
  const before = await answeredBefore(api.db, task.id);
  if (before === undefined) return {};
  const all = whatChanged(before.shown, shown);
  const items = all.slice(0, mostListed).map((change) => ({ ...change, ...changeInWords(change, shown, wording) }));
  return { changed: { since: iso(before.at), by: before.by, count: all.length, items } };
}

/** A change in the reader's words. */
function changeInWords({ line, field, before, after }: Change, shown: Json, wording: FactContext) {
  const kind = before === undefined ? 'new' : after === undefined ? 'gone' : 'other';
  const of = field === '' ? 'line' : line === undefined ? 'whole' : 'field';
  const name = line === undefined ? field : field === '' ? 'line' : `lines/${field}`;
  const { label, value: beforeText } = factOf(name, before, shown, wording);
  const { value: afterText } = factOf(name, after, shown, wording);
  const sentence = say(wording.locale, `changed.${of}.${kind}`, { line: line ?? '', field: label, before: beforeText, after: afterText });
  return { label, beforeText, afterText, sentence };
}

/**
 * Why other cases, or the books, refused what a task now asks a person to see to, in words. `refusals`: by the line of the task that shows one;
 * `refusal`: that of the task as a whole.
 */
export function refusalsShown(
  shown: Json,
  locale: Locale,
  names: Names,
): { readonly refusal?: Message; readonly refusals?: Readonly<Record<string, Message>> } {
  if (!isObject(shown)) return {};
  const lines = isObject(shown['lines']) ? shown['lines'] : {};
  const byLine = Object.entries(lines).flatMap(([id, line]): [string, Message][] => {
    const refusal = isObject(line) ? refusalMessage(line['refusal'], locale, names) : undefined;
    return refusal === undefined ? [] : [[id, refusal]];
  });
  const whole = refusalMessage(shown['refusal'], locale, names);
  return {
    ...(whole === undefined ? {} : { refusal: whole }),
    ...(byLine.length === 0 ? {} : { refusals: Object.fromEntries(byLine) }),
  };
}

/** What a repair task is about, in words. */
export function failureShown(task: TaskRow, shown: Json, locale: Locale) {
  if (!repairSteps.includes(task.step) || !isObject(shown)) return {};
  const { code = 'MAIL_BOUNCED', detail, reason } = shown;
  const values = { code: textOf(code), detail: textOf(detail ?? reason) };
  const sentence = failureOf(locale, values.code, values.detail);
  return sentence === undefined ? {} : { failure: { code: values.code, values, sentence } };
}
