import { describe, expect, it } from 'vitest';
import { canon, freeze, hashBeside, hashOf, hashText } from '../../../domain/case/canon.js';
import type { Json, JsonObject } from '../../../domain/case/json.js';
import { applyPatch } from '../../../domain/case/patch.js';

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

describe('a hash that is known beside a record', () => {
  const subject = freeze({ lines: [{ id: '1', quantity: 2 }], remarks: 'x' });
  const shows = () => ({ order: subject, problems: ['a', 'b'] });

  it('then it is that of the value, whatever was held against it before', () => {
    const record = freeze({ n: 1 });
    const values = [
      shows(),
      shows(),
      { problems: ['a', 'b'], order: subject },
      { order: subject, problems: ['a'] },
      shows(),
      null,
      'x',
      {},
    ];
    for (const value of [...values, ...values]) expect(hashBeside(record, hashOf(shows()), value)).toBe(hashOf(value));
  });

  it('then a record that two hashes were kept for gives neither for the other', () => {
    const record = freeze({ date: '2026-12-18' });
    expect(hashBeside(record, hashOf(1), 1)).toBe(hashOf(1));
    expect(hashBeside(record, hashOf(2), 1)).toBe(hashOf(1));
  });

  it('then a value that was changed where it is not frozen is seen as changed', () => {
    const record = freeze({ n: 2 });
    const loose = { list: [1] };
    const hash = hashOf({ list: [1] });
    expect(hashBeside(record, hash, loose)).toBe(hash);
    loose.list.push(2);
    expect(hashBeside(record, hash, loose)).toBe(hashOf({ list: [1, 2] }));
  });
});
