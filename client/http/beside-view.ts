import { type Claim, type Note, notesOf } from '../../db/beside.js';
import { type BesideVerb, besideVerbs, claimStops, mayBeside, seatsTaken } from '../../domain/authority/collaboration.js';
import type { Authority, OpenSeat } from '../../domain/authority/may-act.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import type { JsonObject } from '../../domain/json.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { namesIn } from './deliver.js';
import type { Caller, Edge } from './edge.js';
import { allowance, iso, stepOf, tell } from './present.js';
import type { ProblemCode } from './problem.js';
import type { Names } from './words.js';

/** Those that make sense for a task that is closed too. */
export const forClosedToo: ReadonlySet<BesideVerb> = new Set(['comment', 'copy']);

type Hindrance = { readonly code: ProblemCode; readonly values: JsonObject } | undefined;

/** Whether somebody may do something beside a task, by the seat named or any of it. Undefined: the task's step is not known. */
export function besideAuthority(
  { person, case: head, claims }: Caller,
  task: TaskRow,
  { verb, seat }: { readonly verb: BesideVerb; readonly seat?: string | undefined },
  names: Names,
): Authority | undefined {
  const step = stepOf(names, task.step);
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  if (step === undefined || procedure === undefined || head === undefined) return undefined;
  const seats = seat === undefined ? task.seats : task.seats.filter(({ id }) => id === seat);
  const wish = { on: 'task', verb: 'complete', seats, step, about: head.about } as const;
  return mayBeside(person, head.company, verb, { task: wish, procedure, claims });
}

/** Every verb beside a task, allowed or why not. `closed`: why nobody can act on it in its state. */
export function besideVerbsFor(caller: Caller, task: TaskRow, names: Names, closed: Hindrance) {
  const standing = (verb: BesideVerb): Hindrance => {
    if (closed !== undefined) return forClosedToo.has(verb) ? undefined : closed;
    return verb === 'release' && caller.claims.length === 0 ? { code: 'NOT_CLAIMED', values: { task: task.id } } : undefined;
  };
  return besideVerbs.flatMap((verb) => {
    const authority = besideAuthority(caller, task, { verb }, names);
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
  claimStops(verb) && state === 'open' ? seatsTaken(seats, claims) : seats;

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
  const people = await namesIn(edge, { people: notes.flatMap(({ by, person }) => (person === null ? [by] : [by, person])) });
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
