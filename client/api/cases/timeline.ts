import * as z from 'zod';
import { type Note, notesOf } from '../../../db/collaboration.js';
import { groupsOrPeople, waitingFor } from '../../../domain/authority/may-act.js';
import type { Row, Timed } from '../../../domain/engine/ledger.js';
import { type JsonObject, textOf } from '../../../domain/json.js';
import type { SeatMode } from '../../../domain/policy/seat-modes.js';
import { type Locale, say, textKeys } from '../../../domain/texts/texts.js';
import type { ApiContext } from '../http/context.js';
import { namesIn } from '../http/deliver.js';
import { iso, json, message, messageFor, moment, stepOf } from '../http/message.js';
import { type Names, personName } from '../http/words.js';

export const entry = z
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
  .extend(message.shape);

/** An entry of a case's timeline: what happened, as codes and values and as a sentence. */
export function entryView(row: Row, names: Names, locale: Locale) {
  const { seq, turn, at, type, by = 'engine', actingFor, task, body } = row;
  const plain = `timeline.${sentenceFor(row, names)}`;
  const code = actingFor !== undefined && textKeys.has(`${plain}.for`) ? `${plain}.for` : plain;
  return {
    seq,
    turn,
    at: iso(at),
    type,
    by,
    ...(actingFor === undefined ? {} : { actingFor }),
    ...(task === undefined ? {} : { taskId: task.id }),
    ...(body === undefined ? {} : { body }),
    ...messageFor(locale, code, type.toUpperCase().replaceAll('-', '_'), valuesOf(row), names),
    ...ownSentence(row, names, locale),
  };
}

/** What the policy itself says of an outcome. */
function ownSentence({ type, task, by = 'engine', actingFor }: Row, names: Names, locale: Locale): { readonly sentence?: string } {
  if (type !== 'completed' || task?.outcome === undefined) return {};
  const sentence = stepOf(names, task.step)?.outcomes[task.outcome]?.sentence?.[locale];
  if (sentence === undefined) return {};
  const person = personName(locale, by, names);
  const who = actingFor === undefined ? person : say(locale, 'who.for', { person, actingFor: personName(locale, actingFor, names) });
  return { sentence: sentence.replaceAll('{{who}}', () => who) };
}

/** Which sentence an entry has. */
function sentenceFor({ type, task, clock, body = {} }: Row, names: Names): string {
  const of = task === undefined ? 'case' : 'task';
  switch (type) {
    case 'opened':
    case 'reopened':
      return task === undefined || task.seats.length < 2 ? type : `${type}${together(stepOf(names, task.step)?.seats?.mode)}`;
    case 'rung':
      return clock === undefined ? `rung.${textOf(body['kind'])}` : `rung.clock.${textOf(body['kind'])}`;
    case 'held':
      return body['until'] === undefined ? `held.${of}` : `held.${of}.until`;
    case 'hold-ended':
      return `hold-ended.${of}`;
    case 'seated':
      return typeof body['change'] === 'string' ? `seated.${body['change']}` : type;
    case 'rebased':
      return `rebased${clock === undefined ? '' : '.clock'}${stands(task ?? clock) ? '.rests' : ''}`;
    default:
      return clock === undefined ? type : `clock.${clock.late === true ? 'late' : clock.state}`;
  }
}

/** How those who sign a step together are spoken of; any of them alone: as one seat is. A step of one seat has several when signers were added. */
function together(mode: SeatMode = 'one'): string {
  if (mode === 'any') return '';
  return mode === 'quorum' ? '.voted' : '.signed';
}

const stands = (timed: Timed | undefined): boolean => (timed?.rests ?? []).some(({ until }) => until === undefined);

/** What the sentence of an entry is made of. */
function valuesOf({ by = 'engine', actingFor, type, task, effect, clock, notice, body = {} }: Row): JsonObject {
  return {
    by,
    ...(actingFor === undefined ? {} : { actingFor }),
    ...texts(body, ['reason', 'to', 'branch', 'event', 'code', 'cause', 'address']),
    ...calendarValues(type, body),
    ...timeValues(type, task ?? clock, body),
    ...seatValues(type, body),
    ...(type === 'amended' && body['reason'] === undefined ? { reason: '' } : {}),
    ...(task === undefined
      ? {}
      : {
          step: task.step,
          ...(task.outcome === undefined ? {} : { outcome: task.outcome }),
          ...people(task.seats.flatMap((seat) => seat.candidates)),
          signers: task.seats.map(({ candidates }) => people(candidates).roles),
        }),
    ...(effect === undefined ? {} : { effect: effect.effect, state: effect.state }),
    ...(clock === undefined ? {} : { clock: clock.clock, due: clock.dueAt, state: clock.state }),
    ...(notice === undefined ? {} : { notice: notice.notice, to: notice.to }),
  };
}

/** What the rows of ladders and holds say. */
function timeValues(type: Row['type'], timed: Timed | undefined, body: JsonObject): JsonObject {
  const { nth = 0, due = null, to = null, since = null, until = null } = body;
  switch (type) {
    case 'rung':
      return { nth, due, ...(to === null ? {} : { to }) };
    case 'held':
      return until === null ? {} : { until };
    case 'hold-ended':
      return { since };
    case 'rebased':
      return { cause: timed?.rests?.find((rest) => rest.until === undefined)?.cause ?? '' };
    default:
      return {};
  }
}

/** What the rows of seats say. */
function seatValues(type: Row['type'], { seat = '', data = {}, to = '', step = '', approver = '' }: JsonObject): JsonObject {
  switch (type) {
    case 'voted':
      return { seat, outcome: typeof data === 'object' && data !== null && 'outcome' in data ? (data.outcome ?? '') : '' };
    case 'seated':
      return { person: to };
    case 'passed':
      return { step, person: approver };
    default:
      return {};
  }
}

/** What the rows of a working calendar say, under the names that sentences know. */
function calendarValues(type: Row['type'], { id = '', calendar = '', year = '', from = null, to = null }: JsonObject): JsonObject {
  switch (type) {
    case 'calendar':
      return { calendar: id };
    case 'rebased':
      return { before: from, due: to };
    case 'undated':
      return { calendar, year };
    default:
      return {};
  }
}

/** Roles and people as one list for the sentence. */
function people(candidates: Parameters<typeof waitingFor>[0]): { readonly roles: readonly string[] } {
  return { roles: groupsOrPeople(waitingFor(candidates)) };
}

function texts(body: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (typeof body[key] === 'string' ? [[key, body[key]]] : [])));
}

/** A case's timeline with the notes of its time among the entries of its ledger. `until`: later ones are on a later page. */
export async function withNotes<Entry extends { readonly seq: number; readonly turn: number; readonly at: string }>(
  api: ApiContext,
  caseId: string,
  entries: readonly Entry[],
  {
    names,
    locale,
    from,
    until,
  }: { readonly names: Names; readonly locale: Locale; readonly from: number; readonly until: number | undefined },
) {
  const notes = await notesOf(api.db, caseId, from, until);
  const people = await namesIn(api, { people: notes.flatMap(({ by, person }) => (person === null ? [by] : [by, person])) });
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
    ...messageFor(locale, `timeline.note.${kind}`, `NOTE_${kind.toUpperCase().replaceAll('-', '_')}`, values, names),
  };
}
