import * as z from 'zod';
import type { Json, JsonObject } from '../json.js';
import { applyPatch } from '../patch.js';
import { clause, id } from '../policy/policy.js';

/**
 * The schema of `stories/<company>/<procedure>.yaml`: what the book says, told as tables of what somebody does and all that comes of it. See
 * docs/stories.md. Strict: an unknown key is an error.
 */

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
const jsonObject = z.record(z.string(), json) as z.ZodType<JsonObject>;
/** A time at the site. */
const siteTime = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/, 'a time at the site such as 2026-11-02 09:00');
const duration = z.string().regex(/^\d+[smhd]$/, 'a time such as 30m, 4h or 2d');
/** A task, effect, reading, clock or notice: its name, or as much of its key as tells it from others, such as `treatment/2/approve-furnace`. */
const key = z.string().min(1);
const keys = z.array(key);
/** `notice → role`, `task → role`. */
const arrow = z.string().regex(/^\S+ → \S+$/, 'a name, an arrow and a role, such as return-answer → customer');

/** What people do to a task or to a case beside answering. */
const verbs = [
  'reject',
  'return',
  'withdraw',
  'transfer',
  'delegate',
  'add-signer',
  'remove-signer',
  'skip',
  'hold',
  'resume',
  'amend',
  'cancel',
  'reopen',
] as const;

/** What happens; nothing: the case begins. */
const event = {
  /** Who does it: a person of people.demo.yaml. At the begin, who starts the case. */
  by: id.exactOptional(),
  /** The task that they answer; `outcome` may be left out where the step has one. */
  does: key.exactOptional(),
  outcome: id.exactOptional(),
  data: jsonObject.exactOptional(),
  /** The answer of each line, by its id. */
  lines: z.record(z.string(), jsonObject).exactOptional(),
  seat: z.string().min(1).exactOptional(),
  /** Another verb than the answer, `on` a task, or without it on the case as a whole. */
  verb: z.enum(verbs).exactOptional(),
  on: key.exactOptional(),
  to: z.string().min(1).exactOptional(),
  reason: z.string().min(1).exactOptional(),
  where: z.enum(['before', 'after', 'beside']).exactOptional(),
  redo: z.enum(['keep', 'all']).exactOptional(),
  cause: id.exactOptional(),
  until: siteTime.exactOptional(),
  patch: jsonObject.exactOptional(),
  /** Time goes on: so long, or until then. */
  pass: duration.exactOptional(),
  at: siteTime.exactOptional(),
  /** What a system answers: of what is under way now, or else from now on. */
  effect: key.exactOptional(),
  reading: key.exactOptional(),
  gives: json.exactOptional(),
  fails: z.string().min(1).exactOptional(),
  unknown: z.literal(true).exactOptional(),
  /** An event that is reported from outside, with `data`. */
  report: id.exactOptional(),
};

/** All that comes of it: what is not listed must not happen. */
const deltas = {
  opens: keys.exactOptional(),
  revises: keys.exactOptional(),
  suspends: keys.exactOptional(),
  withdraws: keys.exactOptional(),
  /** Tasks that end because nobody answered in time. */
  lapses: keys.exactOptional(),
  overdue: keys.exactOptional(),
  reminds: keys.exactOptional(),
  escalates: z.array(arrow).exactOptional(),
  /** Stages of a review that are passed over, because who approved before would approve again. */
  passesOver: keys.exactOptional(),
  tells: z.array(arrow).exactOptional(),
  corrects: z.array(arrow).exactOptional(),
  /** Effects that are begun, or done anew with another input; with what each answers at once, or else as `effects` has it. */
  calls: z.union([keys, z.record(key, json)]).exactOptional(),
  undoes: keys.exactOptional(),
  /** Readings that nobody answers yet. */
  waitsFor: keys.exactOptional(),
  /** Deadlines: when each is due from now on, or `met`, `overdue`, `ended`. */
  clocks: z.record(key, z.union([siteTime, z.enum(['met', 'late', 'overdue', 'ended'])])).exactOptional(),
  /** The date promised for each line, and behind it the cause where there is one: `2026-12-21 material-late`. */
  promises: z.record(z.string(), z.string()).exactOptional(),
  /** The outcome of the case: what of it is listed. */
  ends: json.exactOptional(),
  /** Nothing comes of it: the code of the refusal, and where it says what is wrong. */
  refused: z
    .string()
    .regex(/^[A-Z_]+$/, 'the code of a refusal, such as NOT_YOURS')
    .exactOptional(),
  field: z.string().regex(/^\/./, 'a place such as /data/reason').exactOptional(),
};

/** What else is looked at, where it is listed. */
const looks = {
  /** When a task is due; `none`: never. */
  due: z.record(key, z.union([siteTime, z.literal('none')])).exactOptional(),
  /** What a task or notice shows, or an effect or reading is asked with: what of it is listed. `a.b` is `b` within `a`; `null` is what is not there. */
  shows: z.record(key, json).exactOptional(),
  /** The day of the batch that a task goes with. */
  batch: z.record(key, z.string()).exactOptional(),
  /** Whom the open seats of a task are for: all their roles, teams and people, whatever the seat. */
  who: z.record(key, z.array(id)).exactOptional(),
};

const row = z.strictObject({ ...event, ...deltas, ...looks }).superRefine((one, context) => {
  const fault = (message: string, path: string[] = []): void => context.addIssue({ code: 'custom', path, message });
  const kinds = (['does', 'verb', 'pass', 'at', 'effect', 'reading', 'report'] as const).filter((kind) => one[kind] !== undefined);
  if (kinds.length > 1) fault(`one thing that happens: ${kinds.join(' or ')}`);
  if ((one.does ?? one.verb) !== undefined && one.by === undefined) fault('"by", who does it');
  if ((one.effect ?? one.reading) !== undefined) {
    const ends = [one.gives, one.fails, one.unknown].filter((end) => end !== undefined);
    if (ends.length !== 1) fault('one of gives, fails, unknown: how it ends');
  }
  if (one.field !== undefined && one.refused === undefined) fault('"refused" beside "field"', ['field']);
  if (one.refused === undefined) return;
  const more = Object.keys({ ...deltas, ...looks }).find((name) => name !== 'refused' && name !== 'field' && name in one);
  if (more !== undefined) fault('nothing: what is refused has no effect', [more]);
});
export type StoryRow = z.infer<typeof row>;

/** Somebody stands in for a person who is away. */
const absence = z.strictObject({ person: id, substitute: id, from: siteTime, until: siteTime });

const circumstances = {
  begun: siteTime.exactOptional(),
  /** Values of the policy that are otherwise than it has them. */
  values: z.record(id, z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
  /** Changes the subject of what it comes from: a merge patch. */
  subject: jsonObject.exactOptional(),
  readings: z.record(key, json).exactOptional(),
  effects: z.record(key, json).exactOptional(),
  away: z.array(absence).exactOptional(),
};

/** Where stories begin. */
const given = z.strictObject({
  /** Goes on from another one. */
  from: z.string().exactOptional(),
  ...circumstances,
  rows: z.array(row).exactOptional(),
});
export type Given = z.infer<typeof given>;

const story = z.strictObject({
  story: z.string().min(1),
  clauses: z.array(clause).default([]),
  given: z.string().min(1),
  ...circumstances,
  /** Told on the real server too: there due times, what is shown and what systems answer are its own. */
  server: z.literal(true).exactOptional(),
  rows: z.array(row).min(1),
});
export type Story = z.infer<typeof story>;

const why = z.string().min(1);
export const storyFile = z.strictObject({
  company: id,
  procedure: id,
  /** What the subject says otherwise on the real server, where the books are real: a merge patch. */
  server: z.strictObject({ subject: jsonObject }).exactOptional(),
  given: z.record(z.string(), given),
  stories: z.array(story).min(1),
  /** Outcomes that no story takes, as `step.outcome`, and why. */
  untried: z.record(z.string(), why).exactOptional(),
  /** Mutations that change nothing anybody could see, and why. */
  equivalent: z.record(z.string(), why).exactOptional(),
});
export type StoryFile = z.infer<typeof storyFile>;

/** A story as it is told from its very beginning: when, what the case is about, and all rows with their places in the file. */
export function scriptOf(
  file: StoryFile,
  n: number,
): {
  readonly begun: string;
  readonly subject: JsonObject;
  readonly rows: readonly { readonly row: StoryRow; readonly path: readonly (string | number)[] }[];
} {
  const one = file.stories[n];
  if (one === undefined) return { begun: '', subject: {}, rows: [] };
  const chain: (readonly [string, Given])[] = [];
  for (let name: string | undefined = one.given; name !== undefined; name = file.given[name]?.from)
    chain.unshift([name, file.given[name] ?? {}]);
  const subject = [...chain.map(([, { subject: patch }]) => patch), one.subject].reduce<JsonObject>(
    (whole, patch) => (patch === undefined ? whole : applyPatch(whole, patch)),
    {},
  );
  const begun = one.begun ?? chain.findLast(([, given]) => given.begun !== undefined)?.[1].begun ?? '';
  const before = chain.flatMap(([name, { rows = [] }]) => rows.map((row, m) => ({ row, path: ['given', name, 'rows', m] })));
  return { begun, subject, rows: [...before, ...one.rows.map((row, m) => ({ row, path: ['stories', n, 'rows', m] }))] };
}
