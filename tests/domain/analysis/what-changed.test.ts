import { describe, expect, it } from 'vitest';
import { whatChanged } from '../../../domain/analysis/what-changed.js';
import type { Json } from '../../../domain/json.js';

const line = (id: string, quantity: number, more: object = {}) => ({ id, quantity, ...more });
const cases: readonly (readonly [what: string, before: Json, after: Json, changes: readonly object[]])[] = [
  ['nothing', { a: 1, lines: [line('1', 5)] }, { lines: [line('1', 5)], a: 1 }, []],
  [
    'a value of a line, wherever its list stands',
    { order: { lines: [line('1', 5), line('2', 6)] }, entry: { outcome: 'entered' } },
    { order: { lines: [line('2', 7), line('1', 5)] }, entry: { outcome: 'entered' } },
    [{ line: '2', field: 'quantity', before: 6, after: 7 }],
  ],
  [
    'a value below a line',
    [line('1', 5, { set: { screws: { code: 'A', quantity: 20 } } })],
    [line('1', 5, { set: { screws: { code: 'A', quantity: 24 } } })],
    [{ line: '1', field: 'set/screws/quantity', before: 20, after: 24 }],
  ],
  [
    'a line that is new, one that is gone',
    { lines: [line('1', 5)] },
    { lines: [line('2', 6)] },
    [
      { line: '1', field: '', before: line('1', 5) },
      { line: '2', field: '', after: line('2', 6) },
    ],
  ],
  [
    'a table by line',
    { lines: { 1: { promised: '2027-01-10' } } },
    { lines: { 1: { promised: '2027-01-12' } } },
    [{ line: '1', field: 'promised', before: '2027-01-10', after: '2027-01-12' }],
  ],
  ['a value of the whole', { remarks: 'a', po: 'P' }, { po: 'P' }, [{ field: 'remarks', before: 'a' }]],
  ['a plain list', { notPlaced: ['1'] }, { notPlaced: ['1', '2'] }, [{ field: 'notPlaced', before: ['1'], after: ['1', '2'] }]],
  ['the first line of a list', { lines: [] }, { lines: [line('1', 5)] }, [{ line: '1', field: '', after: line('1', 5) }]],
];

describe('what changed between two shows', () => {
  it.each(cases)('%s', (_what, before, after, changes) => {
    expect(whatChanged(before, after)).toEqual(changes);
  });
});
