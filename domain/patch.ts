import { canon } from './canonical-json.js';
import { isObject, type Json, type JsonObject, textOf } from './json.js';

const hasId = (value: Json): value is JsonObject => isObject(value) && 'id' in value;

/**
 * The subject after an amendment. A patch is an RFC 7396 merge patch, with one addition: a list whose elements have an `id`
 * may be patched by an object keyed by id — `null` removes the element, an object merges into it, an unknown id appends.
 */
export function applyPatch(subject: JsonObject, patch: JsonObject): JsonObject {
  return merge(subject, patch) as JsonObject;
}

function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  if (Array.isArray(target) && target.every(hasId)) return mergeById(target, patch);
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete result[name];
    else result[name] = merge(result[name], change);
  }
  return result;
}

function mergeById(elements: readonly JsonObject[], patch: JsonObject): Json {
  const known = new Set(elements.map((element) => textOf(element['id'])));
  const kept = elements.flatMap((element) => {
    const id = textOf(element['id']);
    const change = Object.hasOwn(patch, id) ? patch[id] : undefined;
    if (change === undefined) return [element];
    return change === null ? [] : [merge(element, change)];
  });
  const added = Object.entries(patch)
    .filter(([id, change]) => !known.has(id) && change !== null)
    .map(([id, change]) => merge({ id }, change));
  return [...kept, ...added];
}

/**
 * The patch that makes one subject of another: applied to `from` it gives `to`, but for the place in its list of an element that was not there.
 * Elements with ids are patched one by one. Members that are null cannot be told from absent ones.
 */
export function patchBetween(from: JsonObject, to: JsonObject): JsonObject {
  const gone = Object.keys(from).filter((name) => !Object.hasOwn(to, name));
  const changed = Object.entries(to).flatMap(([name, wanted]): [string, Json][] => {
    const found = Object.hasOwn(from, name) ? from[name] : undefined;
    return canon(found ?? null) === canon(wanted) ? [] : [[name, between(found, wanted)]];
  });
  return Object.fromEntries([...gone.map((name): [string, Json] => [name, null]), ...changed]);
}

function between(found: Json | undefined, wanted: Json): Json {
  if (isObject(found) && isObject(wanted)) return patchBetween(found, wanted);
  if (!Array.isArray(found) || !Array.isArray(wanted) || !found.every(hasId) || !wanted.every(hasId)) return wanted;
  return patchBetween(byId(found), byId(wanted));
}

const byId = (elements: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(elements.map((element) => [textOf(element['id']), element]));
