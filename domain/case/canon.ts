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
