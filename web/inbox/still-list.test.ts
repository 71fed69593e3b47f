import { describe, expect, it } from 'vitest';
import { filterOf, queueOf } from './search.js';
import { heldStill } from './still-list.js';

const item = (id: string, name = id) => ({ id, name });

describe('when a list is read again under somebody’s eyes', () => {
  it('then rows keep their places and show what is new of them', () => {
    const { rows, waiting } = heldStill([item('a'), item('b')], [item('b', 'changed'), item('a')]);
    expect(rows).toEqual([
      { item: item('a'), gone: false },
      { item: item('b', 'changed'), gone: false },
    ]);
    expect(waiting).toBe(0);
  });
  it('then what has gone stays as such, and what came waits', () => {
    const { rows, waiting } = heldStill([item('a'), item('b')], [item('c'), item('b')]);
    expect(rows.map(({ item: { id }, gone }) => [id, gone])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(waiting).toBe(1);
  });
});

it('an address holds a filter, and nothing else', () => {
  expect(filterOf({ q: 'HT', overdue: 'true', step: '', view: 'mine', evil: { a: 1 } })).toEqual({ q: 'HT', overdue: true });
  expect(filterOf({ q: 88213 })).toEqual({ q: '88213' });
  expect(queueOf({ view: 'done', procedure: 'return' })).toEqual({ view: 'done', procedure: 'return' });
  expect(queueOf({ view: 'nobody' })).toEqual({});
});
