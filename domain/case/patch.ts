import { type Json, type JsonObject, textOf } from './json.js';

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
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

/** The patch that takes `patch` back: applied after it, it gives the subject as it was, but for the place of elements that had been removed from a list. */
export function inversePatch(subject: JsonObject, patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).map(([name, change]) => [name, inverse(subject[name], change)]));
}

function inverse(target: Json | undefined, change: Json): Json {
  if (target === undefined) return null;
  if (!isObject(change)) return target;
  if (Array.isArray(target) && target.every(hasId)) {
    const elements = new Map(target.map((element) => [textOf(element['id']), element]));
    return Object.fromEntries(Object.entries(change).map(([id, part]) => [id, inverse(elements.get(id), part)]));
  }
  return isObject(target) ? inversePatch(target, change) : target;
}

/** One patch that does what two do one after the other, where both speak of the same lists by id. */
export function joinPatches(first: JsonObject, second: JsonObject): JsonObject {
  const joined: Record<string, Json> = { ...first };
  for (const [name, change] of Object.entries(second)) {
    const before = joined[name];
    joined[name] = isObject(before) && isObject(change) ? joinPatches(before, change) : change;
  }
  return joined;
}
