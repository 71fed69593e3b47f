import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json } from './json.js';

/** Canonical JSON: members sorted by name, no spaces, absent members left out. Equal values have equal texts. */
export function canon(value: Json | undefined): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = Array.isArray(value)
    ? `[${value.map((item: Json) => canon(item)).join(',')}]`
    : membersOf(value as { readonly [key: string]: Json | undefined });
  if (frozen.has(value) && text.length < rememberedLimit) texts.set(value, text);
  return text;
}

function membersOf(members: { readonly [key: string]: Json | undefined }): string {
  let text = '';
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canon(member)}`;
  }
  return `{${text}}`;
}

/** Values that went through `freeze`, and the texts of those that were asked for: a subject is shown again and again. */
const frozen = new WeakSet<object>();
const texts = new WeakMap<object, string>();

const remembered = new Map<string, string>();
let rememberedLength = 0;
const rememberedLimit = 200_000;

/** Content hash of a canonical text: the first 40 hex digits of its SHA-256. Recent ones are remembered, since each turn hashes mostly what the last one did. */
export function hashText(text: string): string {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const hash = bytesToHex(sha256(utf8ToBytes(text))).slice(0, 40);
  if (text.length < rememberedLimit) {
    rememberedLength += text.length;
    if (rememberedLength > rememberedLimit) {
      remembered.clear();
      rememberedLength = text.length;
    }
    remembered.set(text, hash);
  }
  return hash;
}

/** Content hash of a JSON value, the same for equal values whatever their member order. */
export function hashOf(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null || !frozen.has(value)) return hashText(canon(value));
  const known = ofFrozen.get(value) ?? hashText(canon(value));
  ofFrozen.set(value, known);
  return known;
}
const ofFrozen = new WeakMap<object, string>();

/**
 * Content hash of a value that is held against the hash of a record again and again: what had that hash before is told by its members, without
 * a text and its hash. `record` is the frozen object that the hash is kept for.
 */
export function hashBeside(record: object, hash: string, value: Json): string {
  const before = matched.get(record);
  if (before?.hash === hash && isSame(before.value, value)) return hash;
  const own = hashOf(value);
  if (own === hash) matched.set(record, { hash, value });
  else if (before !== undefined) matched.delete(record);
  return own;
}
const matched = new WeakMap<object, { readonly hash: string; readonly value: Json }>();

/** Whether two values are surely equal: single values, the very same frozen parts, or members that are the same and in the same order. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a === b) return Object.isFrozen(a);
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item: Json, index) => isSame(item, b[index] as Json));
  const [left, right] = [a as { readonly [name: string]: Json }, b as { readonly [name: string]: Json }];
  const names = Object.keys(left);
  const others = Object.keys(right);
  return names.length === others.length && names.every((name, index) => name === others[index] && isSame(left[name], right[name]));
}

/** Freezes a JSON value through and through, in place. */
export function freeze<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value;
  frozen.add(value);
  return deepFreeze(value);
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
