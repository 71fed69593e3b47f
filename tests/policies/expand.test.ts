import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { subjectSchema } from '../../domain/policy/form.js';
import { type Library, libraryFile, libraryOf } from '../../domain/policy/library.js';
import { parseProcedureFile } from '../../domain/policy/parse.js';
import type { StepPolicy } from '../../domain/policy/policy.js';
import { loadBooks } from '../../policies/load.js';

const words = (text: string) => ({ en: text, zh: text, id: text });
const general = libraryFile.parse({
  fields: {
    reason: { name: words('Reason'), type: 'text' },
    problems: { name: words('Problems'), type: 'text' },
    note: { name: words('Note'), type: 'text', required: false, max: 500 },
    quantity: { name: words('Quantity'), type: 'integer', min: 0 },
    vehicle: { name: words('Vehicle'), type: 'text', max: 20 },
  },
  outcomes: Object.fromEntries(
    ['done', 'answered', 'approved', 'rejected', 'right', 'wrong', 'counted', 'filled', 'settled'].map((id) => [id, words(id)]),
  ),
});
const library: Library = { ...libraryOf(general, undefined), whole: true };

const head = `procedure: intake
implementation: acmeIntake
name: { en: Intake, zh: 接单, id: Intake }
clauses: [AC-A1]
startedBy: [clerk]
managedBy: [clerk]
repairedBy: [clerk]
steps:
  review:
    name: { en: Review, zh: 审核, id: Periksa }
    clauses: [AC-A1]
    roles: [clerk]
`;

/** Reads a procedure with one step, whose further lines begin at line 13; `after` follows the steps. */
function read(step: string, { after = '', draws = library }: { after?: string; draws?: Library } = {}) {
  const lines = step.split('\n').map((line) => `    ${line}\n`);
  return parseProcedureFile(`${head}${lines.join('')}${after}`, 'f.yaml', draws);
}

function stepOf(step: string, draws = library): StepPolicy | undefined {
  const parsed = read(step, { draws });
  if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
  return parsed.source.value.steps['review'];
}

function errorsOf(step: string, after = ''): readonly string[] {
  const parsed = read(step, { after });
  return parsed.ok ? [] : parsed.errors;
}

const reason = { name: words('Reason'), type: 'text' as const, required: true };
const note = { name: words('Note'), type: 'text' as const, required: false, max: 500 };

describe('a kind of step', () => {
  const cases: readonly [string, string, Partial<StepPolicy>][] = [
    ['done: one outcome', 'kind: done', { outcomes: { done: { name: words('done'), fields: [] } }, fields: {}, perLine: false }],
    [
      'answer: with what is written',
      'kind: answer\nfields: [note?]',
      { outcomes: { answered: { name: words('answered'), fields: ['note'] } }, fields: { note } },
    ],
    [
      'approve: a yes, and a no with its reason',
      'kind: approve',
      {
        outcomes: {
          approved: { name: words('approved'), fields: [] },
          rejected: { name: words('rejected'), fields: ['reason'], rejects: true },
        },
        fields: { reason },
      },
    ],
    [
      'check: right, or wrong with what is wrong',
      'kind: check\nfields: [note]',
      {
        outcomes: { right: { name: words('right'), fields: ['note'] }, wrong: { name: words('wrong'), fields: ['problems'] } },
      },
    ],
    [
      'count: a quantity of each line',
      'kind: count',
      { outcomes: { counted: { name: words('counted'), fields: ['quantity'] } }, perLine: true },
    ],
    [
      'table: fields of each line',
      'kind: table\nfields: [quantity, note]',
      { outcomes: { filled: { name: words('filled'), fields: ['quantity', 'note'] } }, perLine: true },
    ],
    [
      'decide: outcomes of its own, by the library or by words; the fields of the step are those of every outcome that lists none',
      'kind: decide\nfields: [reason!]\noutcomes:\n  settled:\n  back: { en: Back, zh: 退, id: Kembali }\n  no: { name: { en: No, zh: 否, id: Tidak }, fields: [], rejects: true }',
      {
        outcomes: {
          settled: { name: words('settled'), fields: ['reason'] },
          back: { name: { en: 'Back', zh: '退', id: 'Kembali' }, fields: ['reason'] },
          no: { name: { en: 'No', zh: '否', id: 'Tidak' }, fields: [], rejects: true },
        },
        fields: { reason },
      },
    ],
    [
      'decide: a list of outcomes of the library',
      'kind: decide\noutcomes: [settled, done]',
      { outcomes: { settled: { name: words('settled'), fields: [] }, done: { name: words('done'), fields: [] } } },
    ],
    [
      'with its outcome called otherwise',
      'kind: done\noutcome: { packed: { en: Packed, zh: 已包, id: Dikemas } }\nfields: [note]',
      { outcomes: { packed: { name: { en: 'Packed', zh: '已包', id: 'Dikemas' }, fields: ['note'] } } },
    ],
    [
      'with one of its outcomes under another id, and how the timeline says it',
      'kind: approve\noutcomes: { hold: { is: rejected, name: { en: Hold, zh: 暂停, id: Tahan }, sentence: { en: "{{who}} holds", zh: "{{who}}暂停", id: "{{who}} menahan" } } }',
      {
        outcomes: {
          approved: { name: words('approved'), fields: [] },
          hold: {
            name: { en: 'Hold', zh: '暂停', id: 'Tahan' },
            fields: ['reason'],
            rejects: true,
            sentence: { en: '{{who}} holds', zh: '{{who}}暂停', id: '{{who}} menahan' },
          },
        },
      },
    ],
    [
      'with a field of the library otherwise, and one of its own',
      'kind: done\nfields:\n  note!: { max: 40 }\n  gate: { name: { en: Gate, zh: 门, id: Gerbang }, type: integer }',
      {
        fields: {
          note: { ...note, required: true, max: 40 },
          gate: { name: { en: 'Gate', zh: '门', id: 'Gerbang' }, type: 'integer' as const, required: true },
        },
      },
    ],
  ];
  it.each(cases)('%s', (_title, text, expected) => {
    expect(stepOf(text)).toMatchObject(expected);
    expect(Object.keys(stepOf(text)?.outcomes ?? {})).toEqual(Object.keys(expected.outcomes ?? stepOf(text)?.outcomes ?? {}));
  });

  it('that says no due time has the company’s, unless it says none', () => {
    const draws: Library = { ...library, due: { within: '4h', clock: 'working' } };
    expect(stepOf('kind: done', draws)?.due).toEqual({ within: '4h', clock: 'working' });
    expect(stepOf('kind: done\ndue: { within: 2d }', draws)?.due).toEqual({ within: '2d', clock: 'wall' });
    expect(stepOf('kind: done\ndue: none', draws)).not.toHaveProperty('due');
    expect(stepOf('kind: done\ndue: none')).not.toHaveProperty('due');
    expect(stepOf('outcomes: { done: { name: { en: a, zh: a, id: a } } }', draws)?.due).toEqual({ within: '4h', clock: 'working' });
  });
});

describe('a fault of the compact form is told with its place and what is allowed', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['an unknown kind', 'kind: sign', ['f.yaml:13:11: unknown kind "sign"; allowed: done, answer, approve, decide, check, count, table']],
    ['no kind', 'kind:', ['f.yaml:13:5: unknown kind null; allowed: done, answer, ']],
    [
      'a key that the kind does not have',
      'kind: done\npromises: date',
      ['f.yaml:14:5: unknown key "promises" with kind "done"; allowed: kind, name, '],
    ],
    ['outcomes of a kind with one', 'kind: done\noutcomes: [settled]', ['f.yaml:14:5: unknown key "outcomes" with kind "done"; allowed: ']],
    ['perLine on a kind', 'kind: done\nperLine: true', ['f.yaml:14:5: unknown key "perLine" with kind "done"; ']],
    ['seats on a kind of lines', 'kind: count\nseats: { mode: one, of: [] }', ['f.yaml:14:5: unknown key "seats" with kind "count"; ']],
    [
      'a label missing in one language',
      'kind: done\noutcome: { packed: { en: Packed, id: Dikemas } }',
      ['f.yaml:14:16: "zh" is missing; allowed: text'],
    ],
    [
      'a name missing in one language',
      'kind: done\nfields: { gate: { name: { en: Gate, zh: 门 }, type: integer } }',
      ['f.yaml:14:23: "id" is missing; allowed: text'],
    ],
    [
      'a field that the library does not have',
      'kind: done\nfields: [note, raeson]',
      [
        'f.yaml:14:20: there is no field "raeson" in the library; allowed: reason, problems, note, quantity, vehicle, or a definition with "name" and "type"',
      ],
    ],
    [
      'an override of a field that the library does not have',
      'kind: done\nfields: { raeson?: { max: 4 } }',
      ['f.yaml:14:15: there is no field "raeson" in the library; '],
    ],
    ['a name that is none', 'kind: done\nfields: [note, 7]', ['f.yaml:14:20: 7 is no name of a field; allowed: ']],
    [
      'a definition that is none',
      'kind: done\nfields: { note: 7 }',
      ['f.yaml:14:21: 7 is no definition of a field; allowed: keys with values'],
    ],
    ['fields that are none', 'kind: done\nfields: note', ['f.yaml:14:13: fields are names of the library, or names with definitions; ']],
    [
      'an override that the field does not take',
      'kind: done\nfields: { note: { longest: 4 } }',
      ['f.yaml:14:23: unknown key "longest"; allowed: name, type, required, max, '],
    ],
    ['a bound that is none', 'kind: done\nfields: { note: { max: 0 } }', ['f.yaml:14:28: 0 is not allowed here; allowed: 0 or more']],
    ['no outcomes', 'kind: decide', ['f.yaml:9:3: "outcomes" is missing; allowed: a list, or names with words']],
    [
      'an outcome without words',
      'kind: decide\noutcomes: [settled, elsewhere]',
      ['f.yaml:14:25: outcome "elsewhere" has no words; allowed: { en, zh, id }, or "elsewhere" under "outcomes" of the library'],
    ],
    ['outcomes that are none', 'kind: decide\noutcomes: settled', ['f.yaml:14:15: outcomes are a list of names of the library, ']],
    [
      'an outcome that the kind does not have',
      'kind: approve\noutcomes: { back: { en: Back, zh: 退, id: Kembali } }',
      ['f.yaml:14:17: "back" is no outcome of kind "approve"; allowed: approved, rejected, also under another id as { is, name }'],
    ],
    [
      'two outcomes of a kind with one',
      'kind: done\noutcome: { done:, settled: }',
      ['f.yaml:14:5: 2 outcomes of a step of kind "done"; allowed: one, or kind "decide"'],
    ],
    [
      'an unknown key of an outcome',
      'kind: decide\noutcomes: { settled: { field: [note] } }',
      ['f.yaml:14:28: unknown key "field"; allowed: name, fields, rejects, sentence'],
    ],
    [
      'a field that is another one in another outcome',
      'kind: decide\noutcomes: { settled: { fields: [note] }, done: { fields: [note!] } }',
      ['f.yaml:14:63: "note" is another field in another outcome; allowed: the same, or under another name'],
    ],
    [
      'a field of the step that no outcome asks for',
      'kind: decide\nfields: [note]\noutcomes: { settled: { fields: [] } }',
      ['f.yaml:14:14: no outcome asks for "note"; allowed: fields that an outcome lists, or has from the step'],
    ],
    ['a mistyped key', 'kind: done\nrols: [clerk]', ['f.yaml:14:5: unknown key "rols" with kind "done"; ']],
  ];
  it.each(cases)('%s', (_title, text, expected) => {
    const errors = errorsOf(text);
    expect(errors).toHaveLength(expected.length);
    for (const [index, error] of expected.entries()) expect(errors[index]).toContain(error);
  });
});

describe('a subject', () => {
  const parsed = (subject: string) => read('kind: done', { after: `subject: ${subject}\n` });
  it('is described as a form is', () => {
    const found = parsed('{ fields: [vehicle, note] }');
    if (!found.ok) throw new Error(found.errors.join('\n'));
    const { value, at } = found.source;
    expect(value.subject?.fields).toMatchObject({ vehicle: { max: 20, required: true }, note: { required: false } });
    expect(at(['subject', 'fields', 'note'])).toBe('f.yaml:14:30');
    const schema = subjectSchema(value);
    expect(schema?.safeParse({ vehicle: 'G-1' }).success).toBe(true);
    for (const wrong of [{}, { vehicle: 'G-1', more: 1 }, { vehicle: 'x'.repeat(21) }])
      expect(schema?.safeParse(wrong).success).toBe(false);
  });

  it.each([
    ['{ fields: [elsewhere] }', 'f.yaml:14:21: there is no field "elsewhere" in the library; '],
    ['{}', 'f.yaml:14:1: "fields" is missing; '],
  ])('%s is told with its place', (subject, expected) => {
    const found = parsed(subject);
    expect(found.ok ? [] : found.errors).toEqual([expect.stringContaining(expected)]);
  });
});

describe('values, readings and effects', () => {
  it('say what they may be, in few words', () => {
    const parsed = read('kind: done', {
      after: `readings:
  order: { en: Order, zh: 单, id: Pesanan }
effects:
  send: { en: Send, zh: 发, id: Kirim }
  ship: { name: { en: Ship, zh: 运, id: Kirim }, irreversible: true }
values:
  starts: { is: now, of: [now, later] }
  days: { is: 3, min: 0 }
  language: { is: zh, of: language }
  plain: true
`,
    });
    if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
    expect(parsed.source.value.values).toEqual({ starts: 'now', days: 3, language: 'zh', plain: true });
    expect(parsed.source.value.effects).toMatchObject({
      order: { name: { en: 'Order', zh: '单', id: 'Pesanan' } },
      send: { name: { en: 'Send', zh: '发', id: 'Kirim' } },
      ship: { irreversible: true },
    });
    expect(parsed.source.declared).toEqual({
      readings: ['order'],
      values: { starts: ['now', 'later'], days: 'number', language: ['zh', 'en', 'id'], plain: 'boolean' },
    });
  });

  const cases: readonly [string, string, string][] = [
    [
      'a value that may not be',
      'values: { starts: { is: then, of: [now, later] } }',
      'f.yaml:14:25: "then" is not allowed here; allowed: now, later',
    ],
    ['a value that says not what it is', 'values: { starts: { of: [now] } }', 'f.yaml:14:11: "is" is missing; '],
    ['a number below its bound', 'values: { days: { is: -1, min: 0 } }', 'f.yaml:14:23: -1 is not allowed here; allowed: 0 to Infinity'],
    [
      'a text without a list',
      'values: { days: { is: soon } }',
      'f.yaml:14:23: a value without "of" is a whole number; allowed: one, or with "of"',
    ],
    ['a list that is none', 'values: { starts: { is: now, of: often } }', 'f.yaml:14:34: what a value may be is a list; '],
    ['an unknown key', 'values: { days: { is: 1, least: 0 } }', 'f.yaml:14:26: unknown key "least"; allowed: is, of, min, max'],
    ['a reading in two languages', 'readings: { order: { en: Order, id: Pesanan } }', 'f.yaml:14:13: "zh" is missing; allowed: text'],
    ['readings that are none', 'readings: [order]', 'f.yaml:14:11: readings are named; allowed: keys with values'],
    [
      'a reading that is an effect too',
      'effects: { order: { en: a, zh: a, id: a } }\nreadings: { order: { en: a, zh: a, id: a } }',
      'f.yaml:15:13: "order" is an effect too; allowed: either',
    ],
  ];
  it.each(cases)('%s is told with its place', (_title, after, expected) => {
    const errors = errorsOf('kind: done', `${after}\n`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(expected);
  });
});

describe('places of the whole form', () => {
  it('are those of the compact one', () => {
    const parsed = read(
      'kind: decide\nfields: [note?]\noutcomes: { settled: , no: { fields: [reason] } }'.replace(
        'no: {',
        'no: { name: { en: N, zh: N, id: N },',
      ),
      {},
    );
    if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
    const { at } = parsed.source;
    expect(at(['steps', 'review', 'fields', 'note'])).toBe('f.yaml:14:14');
    expect(at(['steps', 'review', 'outcomes', 'settled', 'fields', 0])).toBe('f.yaml:14:14');
    expect(at(['steps', 'review', 'outcomes', 'no', 'fields', 0])).toBe('f.yaml:15:74');
    expect(at(['steps', 'review', 'fields', 'reason', 'max'])).toBe('f.yaml:15:74');
    expect(at(['steps', 'review', 'roles', 0])).toBe('f.yaml:12:13');
  });

  it('a library with errors of its own takes names that it may have', () => {
    const errors = read('kind: decide\nfields: [elsewhere]\noutcomes: [nowhere]', { draws: libraryOf(general, undefined) });
    expect(errors.ok).toBe(true);
  });
});

describe('the library on file', () => {
  const company = (more: string) => `company: acme
prefix: AC
name: { en: Acme, zh: 艾克, id: Acme }
zone: Asia/Shanghai
utcOffsetMinutes: 480
roles:
  clerk: { en: Clerk, zh: 文员, id: Petugas }
procedures: [intake]
${more}`;
  const all = '{ en: A, zh: A, id: A }';

  async function load(files: Readonly<Record<string, string>>) {
    const dir = await mkdtemp(join(tmpdir(), 'gendan-policies-'));
    try {
      await mkdir(join(dir, 'acme'));
      const usual = { 'acme/clauses.yaml': `AC-A1: { title: ${all}, text: ${all} }\n`, 'acme/company.yaml': company('') };
      for (const [name, text] of Object.entries({ ...usual, ...files })) await writeFile(join(dir, name), text);
      const { books, errors, files: count } = await loadBooks(dir);
      return {
        step: books['acme']?.procedures['intake']?.steps['review'],
        errors: errors.map((error) => error.replace(/^[^/]*\//, '')),
        count,
        books,
      };
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
  // An implementation that is there, whichever it is.
  const intake = (step: string) =>
    `${head.replace('acmeIntake', 'jinhuiShipmentEmergency')}${step
      .split('\n')
      .map((line) => `    ${line}\n`)
      .join('')}`;

  it('is for all companies; a company adds to it, says otherwise, and says when steps are due; none of that is pinned with its cases', async () => {
    const { step, errors, count, books } = await load({
      'library.yaml': `outcomes: { done: ${all} }\nfields:\n  note: { name: ${all}, type: text }\n  reason: { name: ${all}, type: text }\n`,
      'acme/company.yaml': company(
        'due: { within: 3h }\nfields:\n  note: { name: { en: B, zh: B, id: B }, type: integer }\noutcomes: { left: { en: L, zh: L, id: L } }\n',
      ),
      'acme/intake.yaml': intake('kind: decide\noutcomes: [done, left]\nfields: [note, reason]'),
    });
    expect(errors).toEqual([]);
    expect(count).toBe(4);
    expect(step).toMatchObject({
      due: { within: '3h', clock: 'wall' },
      outcomes: { done: { name: words('A') }, left: { name: words('L') } },
      fields: { note: { name: words('B'), type: 'integer' }, reason: { name: words('A'), type: 'text' } },
    });
    expect(Object.keys(books['acme']?.company ?? {})).not.toEqual(expect.arrayContaining(['fields']));
  });

  it('need not be there', async () => {
    const { errors } = await load({ 'acme/intake.yaml': intake('kind: done\noutcome: { packed: { en: P, zh: P, id: P } }') });
    expect(errors).toEqual([]);
  });

  it('is checked as the other files are, and what may stand in it is not missed meanwhile', async () => {
    const { errors } = await load({
      'library.yaml': `fields:\n  note: { name: { en: A, id: A }, type: text }\n`,
      'acme/intake.yaml': intake('kind: done\nfields: [note, elsewhere]\nrols: [clerk]'),
    });
    expect(errors).toEqual([
      'library.yaml:2:11: "zh" is missing; allowed: text',
      expect.stringContaining('acme/intake.yaml:15:5: unknown key "rols" with kind "done"; '),
    ]);
  });

  it('is checked against the rest where a procedure takes from it', async () => {
    const { errors } = await load({
      'library.yaml': `outcomes: { done: ${all} }\nfields:\n  day: { name: ${all}, type: date, onFreeDay: note }\n`,
      'acme/intake.yaml': intake('kind: done\nfields: [day]'),
    });
    expect(errors).toEqual(['acme/intake.yaml:14:14: there is no field "note"; allowed: day']);
  });
});
