import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canon, freeze, hashesFor, hashOf, hashText } from '../../../domain/canonical-json.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import { applyPatch } from '../../../domain/patch.js';

describe('canonical JSON', () => {
  it.each<[string, unknown, string]>([
    ['members are sorted', { b: 1, a: { d: 2, c: 3 } }, '{"a":{"c":3,"d":2},"b":1}'],
    ['absent members are left out', { a: undefined, b: null }, '{"b":null}'],
    ['nothing is null', undefined, 'null'],
    ['an absent element is null', [1, undefined], '[1,null]'],
    ['no spaces, texts as JSON', ['订单 "A"', true, 0.5], '["订单 \\"A\\"",true,0.5]'],
    ['empty ones', [{}, []], '[{},[]]'],
  ])('%s', (_what, value, text) => {
    expect(canon(value as Json)).toBe(text);
  });

  it('hashes equal values alike, whatever their member order, frozen or not', () => {
    const value = { a: [1, { b: 2, c: 3 }], d: 'x' };
    const other = freeze({ d: 'x', a: [1, { c: 3, b: 2 }] });
    expect(hashOf(other)).toBe(hashOf(value));
    expect(hashOf(other)).toBe(hashOf(value));
    expect(hashOf({ ...value, d: 'y' })).not.toBe(hashOf(value));
  });

  it('is the SHA-256 of the text, its first 40 digits', () => {
    expect(hashText('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a3');
  });

  it('freezes through and through', () => {
    const value = freeze({ a: [{ b: 1 }] });
    expect(() => Object.assign(value.a[0] ?? {}, { b: 2 })).toThrow(TypeError);
  });
});

describe('an amendment', () => {
  const subject: JsonObject = {
    note: 'urgent',
    terms: { days: 30, by: 'sea' },
    tags: ['a'],
    lines: [
      { id: 'l1', q: 10 },
      { id: 'l2', q: 20, set: { screws: 4 } },
    ],
    parts: [],
  };
  it.each<[string, JsonObject, JsonObject]>([
    ['replaces a value', { note: 'later' }, { note: 'later' }],
    ['removes a member', { note: null }, { note: undefined } as unknown as JsonObject],
    ['merges into an object', { terms: { by: null, days: 60 } }, { terms: { days: 60 } }],
    ['replaces a list without ids as a whole', { tags: ['b', 'c'] }, { tags: ['b', 'c'] }],
    ['replaces a list by a list', { lines: [{ id: 'l9', q: 1 }] }, { lines: [{ id: 'l9', q: 1 }] }],
    [
      'changes one line',
      { lines: { l2: { q: 21 } } },
      {
        lines: [
          { id: 'l1', q: 10 },
          { id: 'l2', q: 21, set: { screws: 4 } },
        ],
      },
    ],
    [
      'changes deep in a line',
      { lines: { l2: { set: { screws: null, spindle: 1 } } } },
      {
        lines: [
          { id: 'l1', q: 10 },
          { id: 'l2', q: 20, set: { spindle: 1 } },
        ],
      },
    ],
    ['removes a line', { lines: { l1: null } }, { lines: [{ id: 'l2', q: 20, set: { screws: 4 } }] }],
    ['does not mind removing what is not there', { lines: { l7: null }, nothing: null }, {}],
    [
      'appends a line',
      { lines: { l3: { q: 5, note: null } } },
      {
        lines: [
          { id: 'l1', q: 10 },
          { id: 'l2', q: 20, set: { screws: 4 } },
          { id: 'l3', q: 5 },
        ],
      },
    ],
    ['appends to an empty list', { parts: { p1: { q: 1 } } }, { parts: [{ id: 'p1', q: 1 }] }],
    ['makes an object where there was none, without the nulls', { extra: { a: 1, b: null } }, { extra: { a: 1 } }],
  ])('%s', (_what, patch, change) => {
    const before = structuredClone(subject);
    expect(applyPatch(subject, patch)).toEqual({ ...subject, ...change });
    expect(subject).toEqual(before);
  });

  it('takes a line whose id is also a name of every object for a line', () => {
    const odd: JsonObject = { lines: [{ id: 'constructor', q: 1 }] };
    expect(applyPatch(odd, { lines: { l1: { q: 2 } } })).toEqual({
      lines: [
        { id: 'constructor', q: 1 },
        { id: 'l1', q: 2 },
      ],
    });
  });
});

describe('the hashes that are kept for a case', () => {
  const subject = freeze({ lines: [{ id: '1', quantity: 2 }], remarks: 'x' });
  const single = fc.constantFrom<unknown>(1, 2, 'a', null, undefined, subject);
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      single,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));

  it('are those of the values, whatever was shown under a key before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('review', 'reply'), value), { minLength: 2, maxLength: 6 }), (shown) => {
        const hash = hashesFor(freeze({}));
        for (const [key, content] of [...shown, ...shown]) {
          const made = content === undefined ? null : (copyOf(content) as Json);
          expect(hash(key, made)).toBe(hashOf(copyOf(made) as Json));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('see a value that differs only in its last member, and one that is the same in another order', () => {
    const hash = hashesFor(freeze({}));
    expect(hash('k', { a: 1, b: [subject, { c: 2 }] })).toBe(hashOf({ a: 1, b: [subject, { c: 2 }] }));
    expect(hash('k', { b: [subject, { c: 2 }], a: 1 })).toBe(hashOf({ a: 1, b: [subject, { c: 2 }] }));
    expect(hash('k', { a: 1, b: [subject, { c: 3 }] })).toBe(hashOf({ a: 1, b: [subject, { c: 3 }] }));
  });

  it('let nobody change what they were made of', () => {
    const loose = { list: [1] };
    hashesFor(freeze({}))('k', loose);
    expect(() => loose.list.push(2)).toThrow(TypeError);
  });
});

/** A copy that shares nothing but the frozen. */
function copyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}
