import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json } from './json.js';

/** Canonical JSON: members sorted by name, no spaces, absent members left out. Equal values have equal texts. */
export function canon(value: Json | undefined): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = Array.isArray(value) ? `[${value.map((item: Json) => canon(item)).join(',')}]` : membersOf(value as Members);
  if (frozen.has(value) && text.length < rememberedLimit) texts.set(value, text);
  return text;
}

type Members = { readonly [name: string]: Json | undefined };

function membersOf(members: Members): string {
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
 * Content hashes of what is made anew by every render of a case and is mostly what it was: told by its members, without a text and its hash.
 * `owner`: a frozen object that lives as long as the case stands as it does, its subject. The value is frozen.
 */
export function hashesFor(owner: object): (key: string, value: Json) => string {
  const known = ofOwner.get(owner) ?? new Map<string, { readonly value: Json; readonly hash: string }>();
  ofOwner.set(owner, known);
  return (key, value) => {
    const before = known.get(key);
    if (before !== undefined && isSame(before.value, value)) return before.hash;
    const hash = hashOf(value);
    known.set(key, { value: deepFreeze(value), hash });
    return hash;
  };
}
const ofOwner = new WeakMap<object, Map<string, { readonly value: Json; readonly hash: string }>>();

/** Whether two values are surely equal: single values, the very same frozen parts, or the same members. Runs for all that a case shows, at each render. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a === b) return Object.isFrozen(a);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && areSame(a, b);
  const [left, right] = [a as Members, b as Members];
  let more = 0;
  for (const _name in right) more++;
  for (const name in left) {
    more--;
    const member = left[name];
    if (member === undefined || !isSame(member, right[name])) return false;
  }
  return more === 0;
}

function areSame(a: readonly Json[], b: readonly Json[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (!isSame(a[index], b[index])) return false;
  return true;
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
