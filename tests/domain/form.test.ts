import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { check } from '../../domain/policy/explain.js';
import { formJsonSchema, formSchema, sampleData } from '../../domain/policy/form.js';
import { step as stepPolicy } from '../../domain/policy/policy.js';

const words = (text: string) => ({ en: text, zh: `${text}中`, id: `${text} id` });
const base = { name: words('Step'), clauses: ['TT-A1'], roles: ['clerk'] };
const fields = {
  reason: { name: words('Reason'), type: 'text', max: 10 },
  note: { name: words('Note'), type: 'text', required: false },
  on: { name: words('On'), type: 'date', required: false },
  count: { name: words('Count'), type: 'integer', min: 2 },
  price: { name: words('Price'), type: 'money' },
  sure: { name: words('Sure'), type: 'boolean' },
  how: { name: words('How'), type: 'choice', choices: { mail: words('Mail'), phone: words('Phone') } },
};
const review = stepPolicy.parse({
  ...base,
  outcomes: { accurate: { name: words('Accurate') }, problem: { name: words('Problem'), fields: Object.keys(fields) } },
  fields,
});
const dates = stepPolicy.parse({
  ...base,
  perLine: true,
  outcomes: { replied: { name: words('Replied'), fields: ['date', 'note'] } },
  fields: { date: { name: words('Date'), type: 'date' }, note: fields.note },
});
const votes = stepPolicy.parse({
  ...base,
  perLine: true,
  outcomes: { yes: { name: words('Yes') }, no: { name: words('No'), fields: ['reason'] } },
  fields: { reason: fields.reason },
});

const full = { outcome: 'problem', reason: 'late', note: '好', on: '2028-02-29', count: 2, price: 0, sure: false, how: 'phone' };
const answer = (step: typeof review, data: unknown) => check(formSchema(step), data);

describe('when a step is answered', () => {
  it('then the fields of its outcome are taken, texts trimmed', () => {
    expect(answer(review, full)).toEqual({ ok: true, value: full });
    expect(answer(review, { ...full, reason: ' late\n' })).toEqual({ ok: true, value: full });
    expect(answer(review, { outcome: 'accurate' })).toEqual({ ok: true, value: { outcome: 'accurate' } });
    expect(answer(review, { ...full, note: '急\n第二行\t😀' }).ok).toBe(true);
  });

  it('then optional fields may be left out', () => {
    const { note: _note, on: _on, ...rest } = full;
    expect(answer(review, rest)).toEqual({ ok: true, value: rest });
  });

  it.each<[string, unknown, string, string, object]>([
    ['nothing', null, '', 'FIELD_INVALID', { found: null, expected: 'object' }],
    ['a list', [], '', 'FIELD_INVALID', { found: '[…]', expected: 'object' }],
    ['no outcome', {}, '/outcome', 'FIELD_REQUIRED', {}],
    ['an unknown outcome', { outcome: 'maybe' }, '/outcome', 'OUTCOME_UNKNOWN', { found: 'maybe', allowed: ['accurate', 'problem'] }],
    [
      'an outcome by a name of every object',
      { outcome: 'constructor' },
      '/outcome',
      'OUTCOME_UNKNOWN',
      { found: 'constructor', allowed: ['accurate', 'problem'] },
    ],
    ['a field the outcome does not ask for', { outcome: 'accurate', reason: 'late' }, '/reason', 'FIELD_UNKNOWN', {}],
    ['a field nobody knows', { ...full, 'a/b~c': 1 }, '/a~1b~0c', 'FIELD_UNKNOWN', {}],
    ['a missing field', { ...full, reason: undefined }, '/reason', 'FIELD_REQUIRED', {}],
    ['blanks for a text', { ...full, reason: '  ' }, '/reason', 'FIELD_REQUIRED', {}],
    ['a long text', { ...full, reason: 'x'.repeat(11) }, '/reason', 'TEXT_TOO_LONG', { limit: 10 }],
    ['a text longer than any', { ...full, note: 'x'.repeat(2_001) }, '/note', 'TEXT_TOO_LONG', { limit: 2_000 }],
    ['a number for a text', { ...full, reason: 3 }, '/reason', 'FIELD_INVALID', { found: 3, expected: 'text' }],
    ['a control character', { ...full, reason: 'a\u0000b' }, '/reason', 'FIELD_INVALID', { found: 'a\u0000b', expected: 'text' }],
    ['half a character', { ...full, reason: 'a\ud83d' }, '/reason', 'FIELD_INVALID', { found: 'a\ud83d', expected: 'text' }],
    ['a day that is not', { ...full, on: '2026-02-29' }, '/on', 'FIELD_INVALID', { found: '2026-02-29', expected: 'date' }],
    [
      'a date with a time',
      { ...full, on: '2026-02-28T00:00:00Z' },
      '/on',
      'FIELD_INVALID',
      { found: '2026-02-28T00:00:00Z', expected: 'date' },
    ],
    ['a fraction', { ...full, count: 2.5 }, '/count', 'FIELD_INVALID', { found: 2.5, expected: 'integer' }],
    ['too small a number', { ...full, count: 1 }, '/count', 'FIELD_INVALID', { found: 1, limit: 2 }],
    ['negative money', { ...full, price: -1 }, '/price', 'FIELD_INVALID', { found: -1, limit: 0 }],
    ['money in major units', { ...full, price: 10.5 }, '/price', 'FIELD_INVALID', { found: 10.5, expected: 'integer' }],
    ['yes in words', { ...full, sure: 'yes' }, '/sure', 'FIELD_INVALID', { found: 'yes', expected: 'boolean' }],
    ['a choice that is none', { ...full, how: 'fax' }, '/how', 'FIELD_INVALID', { found: 'fax', allowed: ['mail', 'phone'] }],
  ])('then %s is refused', (_, data, field, code, values) => {
    expect(answer(review, data)).toEqual({ ok: false, field, code, values });
  });
});

describe('when a step is answered line by line', () => {
  it('then some of the lines are enough, and the only outcome need not be said', () => {
    expect(answer(dates, { lines: { '2': { date: '2026-12-01' } } }).ok).toBe(true);
    expect(answer(dates, { outcome: 'replied', lines: { '1': { date: '2026-12-01', note: 'x' }, 'a/b': { date: '2026-12-02' } } }).ok).toBe(
      true,
    );
  });

  it('then an outcome out of several decides the fields', () => {
    expect(answer(votes, { outcome: 'yes', lines: { '1': {} } }).ok).toBe(true);
    expect(answer(votes, { outcome: 'no', lines: { '1': { reason: 'late' } } }).ok).toBe(true);
    expect(answer(votes, { outcome: 'yes', lines: { '1': { reason: 'late' } } })).toMatchObject({
      field: '/lines/1/reason',
      code: 'FIELD_UNKNOWN',
    });
    expect(answer(votes, { lines: { '1': {} } })).toMatchObject({ field: '/outcome', code: 'FIELD_REQUIRED' });
  });

  it.each<[string, unknown, string, string]>([
    ['no lines', {}, '/lines', 'FIELD_REQUIRED'],
    ['not one line', { lines: {} }, '/lines', 'FIELD_REQUIRED'],
    ['a list', { lines: [{ date: '2026-12-01' }] }, '/lines', 'FIELD_INVALID'],
    ['a line without its date', { lines: { '1': {} } }, '/lines/1/date', 'FIELD_REQUIRED'],
    ['a line with more', { lines: { '1': { date: '2026-12-01', price: 1 } } }, '/lines/1/price', 'FIELD_UNKNOWN'],
    ['a field outside the lines', { lines: { '1': { date: '2026-12-01' } }, date: '2026-12-01' }, '/date', 'FIELD_UNKNOWN'],
    ['an unknown outcome', { outcome: 'done', lines: { '1': { date: '2026-12-01' } } }, '/outcome', 'OUTCOME_UNKNOWN'],
  ])('then %s is refused', (_, data, field, code) => {
    expect(answer(dates, data)).toMatchObject({ ok: false, field, code });
  });
});

describe('the samples and the JSON schema of a form', () => {
  it.each([review, dates, votes])('agree with the form: case %#', (step) => {
    const fromJson = z.fromJSONSchema(formJsonSchema(step, 'zh') as Parameters<typeof z.fromJSONSchema>[0]);
    for (const [outcome, data] of Object.entries(sampleData(step, ['1', 'x']))) {
      expect([outcome, answer(step, data)]).toEqual([outcome, { ok: true, value: data }]);
      expect(fromJson.safeParse(data).success).toBe(true);
      expect(fromJson.safeParse({ ...data, surplus: 1 }).success).toBe(false);
    }
  });

  it('is in the language of its reader', () => {
    const json = formJsonSchema(review, 'id');
    expect(json).toMatchObject({
      oneOf: [
        { title: 'Accurate id', required: ['outcome'], additionalProperties: false },
        {
          title: 'Problem id',
          properties: {
            outcome: { const: 'problem' },
            reason: { title: 'Reason id', type: 'string', maxLength: 10 },
            on: { format: 'date' },
            price: { type: 'integer', minimum: 0 },
            how: {
              enum: ['mail', 'phone'],
              oneOf: [
                { const: 'mail', title: 'Mail id' },
                { const: 'phone', title: 'Phone id' },
              ],
            },
          },
          required: ['outcome', 'reason', 'count', 'price', 'sure', 'how'],
        },
      ],
    });
    expect(formJsonSchema(dates, 'zh')).toMatchObject({
      properties: { lines: { minProperties: 1, additionalProperties: { properties: { date: { title: 'Date中' } } } } },
      required: ['lines'],
    });
  });
});
