import { type Claim, type Note, notesOf } from '../../db/beside.js';
import { type BesideVerb, besideVerbs, mayBeside } from '../../domain/beside.js';
import type { JsonObject } from '../../domain/case/json.js';
import type { TaskRow } from '../../domain/case/rows.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { namesIn } from './deliver.js';
import type { Caller, Edge } from './edge.js';
import { allowance, iso, stepOf, tell } from './present.js';
import type { ProblemCode } from './problem.js';
import type { Names } from './words.js';

/** Those that make sense for a task that is closed too. */
export const forClosedToo: ReadonlySet<BesideVerb> = new Set(['comment', 'copy']);

type Hindrance = { readonly code: ProblemCode; readonly values: JsonObject } | undefined;

/** Every verb beside a task, allowed or why not. `closed`: why nobody can act on it in its state. */
export function besideVerbsFor({ person, locale, case: head, claim }: Caller, task: TaskRow, names: Names, closed: Hindrance) {
  const step = stepOf(names, task.step);
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  if (step === undefined || procedure === undefined || head === undefined) return [];
  const wish = { on: 'task', verb: 'complete', seats: task.seats, step, about: head.about } as const;
  const standing = (verb: BesideVerb): Hindrance => {
    if (closed !== undefined) return forClosedToo.has(verb) ? undefined : closed;
    if (verb === 'release' && claim === undefined) return { code: 'NOT_CLAIMED', values: { task: task.id } };
    if (verb === 'claim' && isOfSeveral(task)) return { code: 'NOT_CLAIMABLE', values: { task: task.id } };
    return verb === 'claim' ? claimedByOther({ person, claim }, task) : undefined;
  };
  return besideVerbs.map((verb) => ({
    verb,
    name: say(locale, `verb.${verb}`),
    ...allowance(locale, mayBeside(person, head.company, verb, { task: wish, procedure, claimedBy: claim?.person }), names, standing(verb)),
  }));
}

/** Several people are asked, each for themselves. */
export function isOfSeveral({ seats }: TaskRow): boolean {
  return seats.filter((seat) => seat.state === undefined || seat.state === 'waiting').length > 1;
}

/** Somebody else has taken the task: they, or a supervisor, must let it go first. */
export function claimedByOther(
  { person, claim }: { readonly person: { readonly id: string }; readonly claim?: Claim | undefined },
  task: TaskRow,
): { readonly code: 'CLAIMED'; readonly values: JsonObject } | undefined {
  if (claim === undefined || claim.person === person.id || task.state !== 'open') return undefined;
  return { code: 'CLAIMED', values: { task: task.id, by: claim.person, at: claim.at } };
}

/** Whether a verb is for whoever has taken the task. Clocks are stopped by others too, and an answer is taken back by who gave it. */
export const claimStops = (verb: string): boolean => !['hold', 'resume', 'withdraw'].includes(verb);

/** Who has taken a task, as lists and pages show it. */
export function claimView(claim: Claim | undefined): { readonly claimedBy?: string; readonly claimedAt?: string } {
  return claim === undefined ? {} : { claimedBy: claim.person, claimedAt: iso(claim.at) };
}

/** A case's timeline with the notes of its time among the entries of its ledger. `until`: later ones are on a later page. */
export async function withNotes<Entry extends { readonly seq: number; readonly turn: number; readonly at: string }>(
  edge: Edge,
  caseId: string,
  entries: readonly Entry[],
  {
    names,
    locale,
    from,
    until,
  }: { readonly names: Names; readonly locale: Locale; readonly from: number; readonly until: number | undefined },
) {
  const notes = await notesOf(edge.db, caseId, from, until);
  const people = await namesOfNotes(edge, notes);
  const shown = notes.map((note) => {
    const before = entries.findLast((entry) => Date.parse(entry.at) <= note.at) ?? entries[0];
    return {
      seq: before?.seq ?? 1,
      turn: before?.turn ?? 1,
      ...noteView(note, { ...names, people: new Map([...(names.people ?? []), ...people]) }, locale),
    };
  });
  const timeline = [...entries, ...shown].toSorted((one, other) => one.seq - other.seq || Number('note' in one) - Number('note' in other));
  return { timeline, people: Object.fromEntries(people) };
}

async function namesOfNotes(edge: Edge, notes: readonly Note[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(notes.flatMap(({ by, person }) => (person === null ? [by] : [by, person])))];
  const found = await Promise.all(ids.map((by) => namesIn(edge, { by })));
  return new Map(found.flatMap((one) => [...one]));
}

function noteView({ id, taskId, step, kind, by, person, text, at }: Note, names: Names, locale: Locale) {
  const values: JsonObject = { by, ...(step === null ? {} : { step }), ...(person === null ? {} : { person }), text: text ?? '' };
  return {
    at: iso(at),
    type: `note-${kind}`,
    by,
    note: id,
    ...(taskId === null ? {} : { taskId }),
    ...tell(locale, `timeline.note.${kind}`, `NOTE_${kind.toUpperCase().replaceAll('-', '_')}`, values, names),
  };
}
