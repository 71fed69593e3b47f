import { answeredBefore } from '../../db/queries/cases.js';
import { type Change, whatChanged } from '../../domain/analysis/what-changed.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import type { Json } from '../../domain/json.js';
import { type Locale, say, type TextKey, textKeys } from '../../domain/texts/texts.js';
import { mostTold } from './changed-schema.js';
import type { Edge } from './edge.js';
import { iso } from './present.js';

/** What a task shows otherwise than when its step was answered last. Nothing where it was not answered before. */
export async function changedSince(edge: Edge, task: TaskRow, shown: Json, locale: Locale) {
  if (task.state !== 'open' && task.state !== 'suspended') return {};
  const before = await answeredBefore(edge.db, task.id);
  if (before === undefined) return {};
  const all = whatChanged(before.shown, shown);
  const items = all.slice(0, mostTold).map((change) => ({ ...change, sentence: sentenceOf(change, locale) }));
  return { changed: { since: iso(before.at), by: before.by, count: all.length, items } };
}

function sentenceOf({ line, field, before, after }: Change, locale: Locale): string {
  const kind = before === undefined ? 'new' : after === undefined ? 'gone' : 'other';
  const of = field === '' ? 'line' : line === undefined ? 'whole' : 'field';
  const label = `print.changed.${field}`;
  const named = textKeys.has(label) ? say(locale, label as TextKey) : field;
  return say(locale, `changed.${of}.${kind}`, { line: line ?? '', field: named, before: plain(before), after: plain(after) });
}

const plain = (value: Json | undefined): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));
