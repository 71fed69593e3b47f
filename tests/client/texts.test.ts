import { describe, expect, test } from 'vitest';
import { problemCodes, sentenceOf, statusOf } from '../../client/api/http/problem.js';
import { exitCodes } from '../../client/cli/errors.js';
import { radarCauses } from '../../db/radar.js';
import type { JsonObject } from '../../domain/json.js';
import { locales, say, type TextKey, textKeys, textsOf } from '../../domain/texts/texts.js';

const placesIn = (text: string): string[] => [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name ?? '').sort();

describe('every text exists in three languages', () => {
  test.each([...textKeys])('%s', (key) => {
    const [en, zh, id] = (['en', 'zh', 'id'] as const).map((locale) => textsOf(locale)[key as TextKey]);
    for (const text of [en, zh, id]) expect(text?.trim(), key).not.toBe('');
    expect(placesIn(zh ?? ''), 'places of zh').toEqual(placesIn(en ?? ''));
    expect(placesIn(id ?? ''), 'places of id').toEqual(placesIn(en ?? ''));
  });
});

/** Values that fill every place of every problem's sentence. */
const values: JsonObject = {
  limit: 5,
  line: '2',
  column: 3,
  field: '/x',
  found: 9,
  company: 'hehe',
  procedure: 'order-intake',
  step: 'clarify',
  case: 'c',
  task: 't',
  person: 'p',
  document: 'd',
  mail: 'm',
  path: '/p',
  method: 'PUT',
  roles: ['merchandiser'],
  verb: 'amend',
  allowed: ['complete'],
  edition: 'e1',
  outcome: 'x',
  code: 'C',
  to: 's',
  by: 'chen-li',
  at: 0,
  reference: 'r',
  first: '/lines/0/id',
  rule: 'text',
};

describe('every code of a problem is answered in words', () => {
  for (const locale of locales)
    test.each([...problemCodes])(`%s in ${locale}`, (code) => {
      const others = placesIn(textsOf('en')[`problem.${code}` as TextKey]).filter((place) => !(place in values));
      const sentence = sentenceOf(locale, code, { ...values, ...Object.fromEntries(others.map((place) => [place, '…'])) }, {});
      expect(sentence).not.toContain('{{');
      expect(sentence).not.toMatch(/problem\.|undefined|\[object/);
      expect(sentence.length).toBeGreaterThan(5);
      expect(textKeys.has(`title.${statusOf(code)}`)).toBe(true);
    });
});

test('every cause of the radar and every entry of a timeline has a sentence', () => {
  const entries = [
    'begun',
    'opened',
    'reopened',
    'revised',
    'suspended',
    'resumed',
    'completed',
    'answered-part',
    'withdrawn',
    'lapsed',
    'overdue',
    'returned',
    'amended',
    'cancelled',
    'voided',
    'chosen',
    'effect',
    'read',
    'told',
    'reported',
    'bound',
    'faulted',
    'moving',
    'moved',
    'calendar',
    'rebased',
    'renamed',
    'undated',
    'closed',
    'rung.remind',
    'rung.escalate',
    'rung.clock.remind',
    'rung.clock.escalate',
    'held.task',
    'held.task.until',
    'held.case',
    'held.case.until',
    'hold-ended.task',
    'hold-ended.case',
    'rebased.rests',
    'rebased.clock',
    'rebased.clock.rests',
  ];
  const clocks = ['running', 'met', 'late', 'overdue', 'ended'].map((state) => `timeline.clock.${state}`);
  const keys = [...radarCauses.map((cause) => `radar.${cause}`), ...entries.map((type) => `timeline.${type}`), ...clocks];
  expect(keys.filter((key) => !textKeys.has(key))).toEqual([]);
});

test('the help names every exit code, in every language', () => {
  for (const locale of locales)
    for (const code of Object.values(exitCodes)) expect(say(locale, 'cli.exit-codes')).toMatch(new RegExp(`(^|\\D)${code} `));
});

test('what somebody typed is never taken for a text of ours', () => {
  expect(sentenceOf('en', 'TASK_UNKNOWN', { task: '$t(problem.INTERNAL) {{limit}}' }, {})).toContain('$t(problem.INTERNAL)');
});
