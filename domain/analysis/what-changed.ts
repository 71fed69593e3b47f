import { canon } from '../canonical-json.js';
import { isObject, type Json, type JsonObject, textOf } from '../json.js';

/**
 * A value that another show has otherwise. `line`: id of the line it is of, where it is of one. `field`: its name, below others with a slash; empty for
 * a whole line. Without `before` it is new, without `after` it is gone.
 */
export interface Change {
  readonly line?: string;
  readonly field: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * What differs between two contents that a task showed, value by value. Lists whose elements have ids, and tables under `lines`, are compared line by
 * line, whatever their order; other lists are one value.
 */
export function whatChanged(before: Json, after: Json): readonly Change[] {
  return between(before, after, { field: '' });
}

interface At {
  readonly line?: string;
  readonly field: string;
}

function between(before: Json | undefined, after: Json | undefined, at: At): readonly Change[] {
  if (canon(before ?? null) === canon(after ?? null)) return [];
  const [was, now] = [linesIn(before), linesIn(after)];
  if (was !== undefined && now !== undefined && (was.byId || now.byId)) {
    return betweenLines(was.lines, now.lines);
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const below = { ...at, field: at.field === '' ? name : `${at.field}/${name}` };
      const [table, other] = [before[name], after[name]];
      return name === 'lines' && isObject(table) && isObject(other) ? betweenLines(table, other) : between(table, other, below);
    });
  }
  return [{ ...at, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

const betweenLines = (before: JsonObject, after: JsonObject): readonly Change[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((line) => between(before[line], after[line], { line, field: '' }));

/** A list by the ids of its elements; undefined: it is no such list. An empty list may be one. */
function linesIn(value: Json | undefined): { readonly byId: boolean; readonly lines: JsonObject } | undefined {
  if (!Array.isArray(value) || !value.every((element: Json) => isObject(element) && 'id' in element)) return undefined;
  return { byId: value.length > 0, lines: Object.fromEntries((value as readonly JsonObject[]).map((one) => [textOf(one['id']), one])) };
}
