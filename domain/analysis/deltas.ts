import { canon } from '../canonical-json.js';
import type { Row } from '../engine/ledger.js';
import type { CaseState } from '../engine/state.js';
import { isObject, type Json, type JsonObject, textOf } from '../json.js';
import type { StoryRow } from './story.js';

/** A case after something happened. */
export interface Scene {
  readonly begun: boolean;
  readonly state: CaseState;
  /** What the last event wrote. */
  readonly rows: readonly Row[];
  /** What each effect or reading was begun with in the last event, by key. */
  readonly inputs: ReadonlyMap<string, Json>;
  /** The case had come to its end before. */
  readonly hadEnded: boolean;
  siteTime(at: number): string;
  shownOf(hash: string): Json | undefined;
}

/** The key that is meant among some: it, or the only one that ends with it. */
export function keyIn(named: string, among: Iterable<string>): string | undefined {
  const found = [...among].filter((key) => key === named || key.endsWith(`/${named}`));
  return found.find((key) => key === named) ?? (found.length === 1 ? found[0] : undefined);
}

/** Where what happened differs from what a row says. */
export interface Difference {
  /** The key of the row, such as `opens`. */
  readonly what: string;
  readonly expected: string;
  readonly happened: string;
}

export const differs = (what: string, expected: string, happened: string): Difference => ({ what, expected, happened });

/** Where a refusal differs from the one that a row tells. */
export function refusalDiffers(
  { refused, field }: StoryRow,
  thrown: { readonly code: string; readonly values: JsonObject; readonly field: string | undefined },
): readonly Difference[] {
  const happened = `${thrown.code}${thrown.field === undefined ? '' : ` at ${thrown.field}`} ${canon(thrown.values)}`;
  if (refused === undefined) return [differs('refused', 'that it is done', happened)];
  if (refused !== thrown.code) return [differs('refused', refused, happened)];
  return field === undefined || field === thrown.field ? [] : [differs('field', field, thrown.field ?? 'none')];
}

type OpenTasks = ReadonlyMap<string, string>;

/** Ids of the open tasks by key. */
export function openIn({ begun, state }: Scene): OpenTasks {
  if (!begun) return new Map();
  return new Map(Object.values(state.tasks).flatMap(({ key, id, state: stands }) => (stands === 'open' ? [[key, id] as const] : [])));
}

/** Each delta that is told as a list, and what it was in the last event. */
function listsOf(scene: Scene, before: OpenTasks): Readonly<Record<string, readonly string[]>> {
  const { rows, state } = scene;
  const of = (type: Row['type']): readonly string[] =>
    rows.flatMap((row) => (row.type === type && row.task !== undefined ? [row.task.key] : []));
  const escalation = (kind: 'remind' | 'escalate') => rows.filter(({ type, body }) => type === 'rung' && body?.['kind'] === kind);
  const about = ({ task, clock }: Row): string => task?.key ?? clock?.key.replace(/!clock$/, '') ?? '';
  const told = rows.flatMap(({ notice }) => (notice === undefined || ['reminder', 'escalation'].includes(notice.notice) ? [] : [notice]));
  const effects = rows.flatMap(({ effect }) => (effect?.state === 'flying' && state.effects[effect.key]?.reading !== true ? [effect] : []));
  return {
    opens: [...openIn(scene)].flatMap(([key, id]) => (before.get(key) === id ? [] : [key])),
    revises: of('revised').filter((key) => before.has(key)),
    suspends: of('suspended').filter((key) => state.tasks[key]?.state === 'suspended'),
    withdraws: of('withdrawn'),
    lapses: of('lapsed'),
    overdue: [...of('overdue')],
    reminds: escalation('remind').map(about),
    escalates: escalation('escalate').flatMap((row) =>
      ((row.body?.['to'] ?? []) as readonly string[]).map((to) => `${about(row)} → ${to}`),
    ),
    passesOver: rows.flatMap(({ type, body }) => (type === 'passed' ? [textOf(body?.['key'])] : [])),
    tells: told.filter(({ correction }) => !correction).map(({ key, notice, to }) => `${lastOf(key, notice)} → ${to}`),
    corrects: told.filter(({ correction }) => correction).map(({ key, notice, to }) => `${lastOf(key, notice)} → ${to}`),
    calls: effects.filter(({ action }) => action !== 'undo').map(({ key }) => key),
    undoes: effects.filter(({ action }) => action === 'undo').map(({ key }) => key),
    waitsFor: Object.values(state.effects).flatMap(({ key, reading, flight }) =>
      reading && flight !== undefined && scene.inputs.has(key) ? [key] : [],
    ),
  };
}

/** A notice is told by its name; its key says more only where it is told in a loop or a branch. */
const lastOf = (key: string, notice: string): string => (key === notice || key.endsWith(`/${notice}`) ? key : notice);

/** Where what came of an event differs from what its row tells. `before`: the tasks that were open. */
export function compare(scene: Scene, row: StoryRow, before: OpenTasks): readonly Difference[] {
  const fault = scene.rows.find(({ type }) => type === 'faulted' || type === 'undated');
  if (fault !== undefined) return [differs('faults', 'nothing', `${fault.type} ${canon(fault.body ?? {})}`)];
  const lists = Object.entries(listsOf(scene, before)).flatMap(([what, happened]) => {
    const told = row[what as 'opens'] ?? [];
    return listDiffers(what, Array.isArray(told) ? told : Object.keys(told), happened);
  });
  return [...lists, ...clocksDiffer(scene, row), ...promisesDiffer(scene, row), ...endDiffers(scene, row), ...looksDiffer(scene, row)];
}

/** Whether the same are listed, whatever their order; each may be named by the end of its key. */
function listDiffers(what: string, told: readonly string[], happened: readonly string[]): readonly Difference[] {
  const left = [...new Set(happened)];
  const missing: string[] = [];
  for (const one of told) {
    const exact = left.indexOf(one);
    const at = exact >= 0 ? exact : left.findIndex((key) => key.endsWith(`/${one}`));
    if (at < 0) missing.push(one);
    else left.splice(at, 1);
  }
  if (missing.length + left.length === 0) return [];
  return [differs(what, told.join(', ') || 'nothing', [...new Set(happened)].join(', ') || 'nothing')];
}

const named = (told: string, key: string): boolean => told === key || key.endsWith(`/${told}`);

function mapDiffers(what: string, told: Readonly<Record<string, string>>, happened: ReadonlyMap<string, string>): readonly Difference[] {
  const wanted = Object.entries(told);
  const all =
    wanted.length === happened.size &&
    wanted.every(([key, value]) => [...happened].some(([one, found]) => named(key, one) && found === value));
  const said = (entries: Iterable<readonly [string, string]>): string =>
    [...entries].map(([key, value]) => `${key}: ${value}`).join(', ') || 'nothing';
  return all ? [] : [differs(what, said(wanted), said(happened))];
}

function clocksDiffer(scene: Scene, { clocks = {} }: StoryRow): readonly Difference[] {
  const happened = new Map<string, string>();
  for (const { type, clock } of scene.rows) {
    if (clock === undefined || (type !== 'clock' && type !== 'rebased')) continue;
    happened.set(
      clock.key.replace(/!clock$/, ''),
      clock.state === 'running' ? scene.siteTime(clock.dueAt) : clock.late === true ? 'late' : clock.state,
    );
  }
  return mapDiffers('clocks', clocks, happened);
}

function promisesDiffer(scene: Scene, { promises = {} }: StoryRow): readonly Difference[] {
  const found = scene.rows.flatMap(({ body }) => (body?.['promises'] ?? []) as readonly JsonObject[]);
  const said = ({ date, cause }: JsonObject): string =>
    cause === undefined || cause === 'answer' ? textOf(date) : `${textOf(date)} ${textOf(cause)}`;
  return mapDiffers('promises', promises, new Map(found.map((promise) => [textOf(promise['line']), said(promise)])));
}

function endDiffers(scene: Scene, { ends }: StoryRow): readonly Difference[] {
  const { outcome } = scene.state;
  const happened = scene.hadEnded ? undefined : outcome;
  if (ends === undefined) return happened === undefined ? [] : [differs('ends', 'nothing', shown(happened.value))];
  if (happened === undefined) return [differs('ends', shown(ends), 'nothing')];
  return isPart(ends, happened.value) ? [] : [differs('ends', shown(ends), shown(happened.value))];
}

function looksDiffer(scene: Scene, { due = {}, batch = {}, shows = {}, who = {} }: StoryRow): readonly Difference[] {
  const tasks = scene.state.tasks;
  const taskOf = (key: string) => tasks[keyIn(key, Object.keys(tasks)) ?? ''];
  return [
    ...Object.entries(due).flatMap(([key, told]) => {
      const task = taskOf(key);
      const happened = task === undefined ? 'no such task' : task.dueAt === undefined ? 'none' : scene.siteTime(task.dueAt);
      return happened === told ? [] : [differs('due', `${key}: ${told}`, `${key}: ${happened}`)];
    }),
    ...Object.entries(batch).flatMap(([key, told]) => {
      const happened = taskOf(key)?.batch ?? 'none';
      return happened === told ? [] : [differs('batch', `${key}: ${told}`, `${key}: ${happened}`)];
    }),
    ...Object.entries(shows).flatMap(([key, told]) => {
      const happened = contentOf(scene, key);
      return happened !== undefined && isPart(told, happened)
        ? []
        : [differs('shows', `${key}: ${shown(told)}`, `${key}: ${shown(happened)}`)];
    }),
    ...Object.entries(who).flatMap(([key, told]) => {
      const seats = (taskOf(key)?.seats ?? []).filter(({ state }) => state === undefined);
      const happened = seats.flatMap(({ candidates }) =>
        candidates.map((one) => ('person' in one ? one.person : 'team' in one ? one.team : one.role)),
      );
      return listDiffers('who', told, happened).map((one) => ({
        ...one,
        expected: `${key}: ${one.expected}`,
        happened: `${key}: ${one.happened}`,
      }));
    }),
  ];
}

/** What a task shows, a notice that was just told says, or an effect was just asked with. */
function contentOf(scene: Scene, key: string): Json | undefined {
  const { tasks } = scene.state;
  const task = tasks[keyIn(key, Object.keys(tasks)) ?? ''];
  if (task !== undefined) return scene.shownOf(task.shown);
  const notice = scene.rows.findLast(({ notice: told }) => told !== undefined && named(key, lastOf(told.key, told.notice)))?.notice;
  if (notice !== undefined) return scene.shownOf(notice.shown);
  return scene.inputs.get(keyIn(key, scene.inputs.keys()) ?? '');
}

const shown = (value: Json | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** Whether a value is all there in another: objects by what is listed, lists one by one, and everything else as it is. */
function isPart(told: Json, found: Json | undefined): boolean {
  if (told === null) return found === undefined || found === null;
  if (Array.isArray(told))
    return Array.isArray(found) && told.length === found.length && told.every((one: Json, n) => isPart(one, (found as readonly Json[])[n]));
  if (!isObject(told)) return told === found;
  return Object.entries(told).every(([name, value]) => isPart(value, within(found, name)));
}

/** A member, or with dots one within another. */
function within(value: Json | undefined, name: string): Json | undefined {
  if (isObject(value) && Object.hasOwn(value, name)) return value[name];
  const [first = '', ...rest] = name.split('.');
  const inner = isObject(value) ? value[first] : Array.isArray(value) ? (value as readonly Json[])[Number(first)] : undefined;
  return rest.length === 0 ? inner : within(inner, rest.join('.'));
}
