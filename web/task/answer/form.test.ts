import { describe, expect, it } from 'vitest';
import { formJsonSchema } from '../../../domain/policy/form.js';
import { step } from '../../../domain/policy/policy.js';
import { outcomesOf } from './form-model.js';
import { answerOf, gapsOf } from './values.js';

const words = (en: string) => ({ en, zh: en, id: en });
const aStep = step.parse({
  name: words('Review'),
  clauses: ['XX-A1'],
  roles: ['clerk'],
  outcomes: {
    yes: { name: words('Yes'), fields: ['note', 'until', 'pieces', 'price', 'urgent', 'cause', 'verdicts', 'left', 'mail'] },
    no: { name: words('No'), fields: ['reason'], rejects: true },
  },
  fields: {
    note: { name: words('Note'), type: 'text', required: false, max: 60 },
    reason: { name: words('Reason'), type: 'text' },
    until: { name: words('Until'), type: 'date' },
    pieces: { name: words('Pieces'), type: 'integer', min: 1 },
    price: { name: words('Price'), type: 'money' },
    urgent: { name: words('Urgent'), type: 'boolean' },
    cause: { name: words('Cause'), type: 'choice', choices: { late: words('Late'), lost: words('Lost') } },
    verdicts: { name: words('Verdicts'), type: 'verdicts', of: 'findings', choices: { right: words('Right') } },
    left: { name: words('Left'), type: 'lines', of: 'lines', required: false },
    mail: { name: words('Mail'), type: 'email' },
  },
});
const shown = { findings: [{ id: 'f1' }, { id: 'f2' }], lines: [{ id: '1' }, { id: '2' }] };
const [yes, no] = outcomesOf(formJsonSchema(aStep, 'en', shown));

describe('when a step has fields of all nine types', () => {
  it('then the form has a kind of input for each', () => {
    expect(Object.fromEntries(yes?.fields.map(({ name, kind }) => [name, kind]) ?? [])).toEqual({
      note: 'text',
      until: 'date',
      pieces: 'integer',
      price: 'money',
      urgent: 'boolean',
      cause: 'choice',
      verdicts: 'verdicts',
      left: 'lines',
      mail: 'email',
    });
    expect(no?.fields).toMatchObject([{ name: 'reason', label: 'Reason', kind: 'area', required: true }]);
  });
  it('then choices and items have their names', () => {
    const field = (name: string) => yes?.fields.find((one) => one.name === name);
    expect(field('cause')?.choices).toEqual([
      { id: 'late', name: 'Late' },
      { id: 'lost', name: 'Lost' },
    ]);
    expect(field('verdicts')).toMatchObject({ items: ['f1', 'f2'], choices: [{ id: 'right', name: 'Right' }] });
    expect(field('left')?.items).toEqual(['1', '2']);
  });
  it('then what is missing is told in the order of the form, and each verdict counts', () => {
    if (yes === undefined) throw new Error('no outcome');
    expect(gapsOf(yes, {}).map(({ name }) => name)).toEqual(['until', 'pieces', 'price', 'urgent', 'cause', 'verdicts', 'mail']);
    const whole = {
      until: '2027-12-08',
      pieces: 3,
      price: 0,
      urgent: false,
      cause: 'late',
      verdicts: { f1: 'right', f2: 'right' },
      mail: 'a@b.example',
    };
    expect(gapsOf(yes, whole)).toEqual([]);
    expect(gapsOf(yes, { ...whole, verdicts: { f1: 'right' } }).map(({ name }) => name)).toEqual(['verdicts']);
  });
  it('then the answer has the fields of its outcome alone, without what is empty', () => {
    if (no === undefined) throw new Error('no outcome');
    expect(answerOf(no, { reason: ' too late ', note: 'kept for the other outcome', left: [] })).toEqual({
      outcome: 'no',
      reason: 'too late',
    });
  });
  it('then findings that are none ask for no verdict', () => {
    const [none] = outcomesOf(formJsonSchema(aStep, 'en', { findings: [], lines: [] }));
    expect(none?.fields.map(({ name }) => name)).not.toContain('verdicts');
  });
});

describe('when a step is answered line by line', () => {
  const perLine = step.parse({
    name: words('Dates'),
    clauses: ['XX-A2'],
    roles: ['clerk'],
    perLine: true,
    outcomes: { replied: { name: words('Replied'), fields: ['date', 'note'] } },
    fields: { date: { name: words('Date'), type: 'date' }, note: { name: words('Note'), type: 'text', required: false } },
  });
  const [replied] = outcomesOf(formJsonSchema(perLine, 'en'));
  if (replied === undefined) throw new Error('no outcome');

  it('then one line at least is asked for, and of each that is begun all of it', () => {
    expect(gapsOf(replied, {}).map(({ field }) => field)).toEqual(['/lines']);
    expect(gapsOf(replied, { lines: { '1': { note: 'x' }, '2': {} } }).map(({ field }) => field)).toEqual(['/lines/1/date']);
  });
  it('then lines that nobody touched are not sent', () => {
    expect(answerOf(replied, { lines: { '1': { date: '2027-12-08', note: '' }, '2': { date: '' } } })).toEqual({
      outcome: 'replied',
      lines: { '1': { date: '2027-12-08' } },
    });
  });
});
