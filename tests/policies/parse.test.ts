import { describe, expect, it } from 'vitest';
import { parsePolicyFile } from '../../domain/policy/parse.js';
import { clauses, companyPolicy, people, procedurePolicy } from '../../domain/policy/policy.js';

const company = `company: acme
prefix: AC
name: { en: Acme, zh: 艾克, id: Acme }
zone: Asia/Shanghai
utcOffsetMinutes: 480
roles:
  clerk: { en: Clerk, zh: 文员, id: Petugas }
procedures: [intake]
`;

const procedure = `procedure: intake
implementation: heheOrderIntake
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
    due: { within: 4h }
    outcomes:
      done:
        name: { en: Done, zh: 完成, id: Selesai }
`;

function errorsOf(text: string, schema: Parameters<typeof parsePolicyFile>[2] = procedurePolicy): readonly string[] {
  const parsed = parsePolicyFile(text, 'f.yaml', schema);
  return parsed.ok ? [] : parsed.errors;
}

describe('a policy file', () => {
  it('that fits its schema comes with defaults and places', () => {
    const parsed = parsePolicyFile(procedure, 'f.yaml', procedurePolicy);
    expect(parsed.ok && parsed.source.value.steps['review']?.overdue).toBe('ladder');
    expect(parsed.ok && parsed.source.at(['steps', 'review', 'roles', 0])).toBe('f.yaml:12:13');
    expect(parsed.ok && parsed.source.at(['steps', 'review', 'roles'], 'key')).toBe('f.yaml:12:5');
    expect(parsed.ok && parsed.source.at(['steps', 'gone', 'roles'])).toBe('f.yaml:9:3');
  });

  it.each([
    ['an unknown key', 'roles: [clerk]', 'rols: [clerk]', ['f.yaml:12:5: unknown key "rols"; allowed: name, clauses, roles, seats, ']],
    [
      'a missing text',
      '{ en: Review, zh: 审核, id: Periksa }',
      '{ en: Review, id: Periksa }',
      ['f.yaml:10:5: "zh" is missing; allowed: text'],
    ],
    [
      'an empty text',
      '{ en: Review, zh: 审核, id: Periksa }',
      '{ en: Review, zh: "", id: Periksa }',
      ['f.yaml:10:29: "" is not allowed here; allowed: 1 character or more'],
    ],
    [
      'a text that is nothing',
      '{ en: Review, zh: 审核, id: Periksa }',
      '{ en: Review, zh: , id: Periksa }',
      ['f.yaml:10:25: nothing is not allowed here; allowed: text'],
    ],
    [
      'a duplicate key',
      'roles: [clerk]',
      'roles: [clerk]\n    roles: [other]',
      ['f.yaml:13:5: the key "roles" is here a second time; allowed: once'],
    ],
    ['a wrong type', 'roles: [clerk]', 'roles: clerk', ['f.yaml:12:12: "clerk" is not allowed here; allowed: a list']],
    [
      'an empty list',
      'roles: [clerk]',
      'roles: [clerk]\n    teams: []',
      ['f.yaml:13:12: a list is not allowed here; allowed: 1 item or more'],
    ],
    [
      'a word that is no choice',
      'roles: [clerk]',
      'roles: [clerk]\n    overdue: never',
      ['f.yaml:13:14: "never" is not allowed here; allowed: ladder, outcome'],
    ],
    ['a malformed id', 'review:', 'Review:', ['f.yaml:9:3: the key "Review" is not allowed; allowed: a kebab-case id']],
    [
      'a malformed duration',
      'within: 4h',
      'within: 4 hours',
      ['f.yaml:13:20: "4 hours" is not allowed here; allowed: a length such as 30m, 4h or 2d'],
    ],
    [
      'a malformed time of day',
      '{ within: 4h }',
      "{ days: 1, at: '25:00' }",
      ['f.yaml:13:25: "25:00" is not allowed here; allowed: a time of day such as 17:00'],
    ],
    [
      'half a due time',
      '{ within: 4h }',
      '{ days: 1 }',
      ['f.yaml:13:10: a group of keys is not allowed here; allowed: one of: {within, clock?}, {workingDays, at?}'],
    ],
    [
      'both forms of a due time',
      '{ within: 4h }',
      '{ within: 4h, days: 1 }',
      [
        'f.yaml:13:24: the key "days" does not go with the others; allowed: within with clock, or workingDays with at, or nextWorkingDay with days with afterCutOff, or cutOff, or days with at',
      ],
    ],
  ])('with %s says where, what and what is allowed', (_, from, to, expected) => {
    const errors = errorsOf(procedure.replace(from, to));
    expect(errors).toHaveLength(expected.length);
    for (const [index, error] of errors.entries()) expect(error).toContain(expected[index]);
  });

  it('names all its errors at once, in the order of the file', () => {
    const errors = errorsOf(
      company.replace('prefix: AC', 'prefix: ac').replace('480', 'east').replace('zh: 文员, ', '').concat('extra: 1\n'),
      companyPolicy,
    );
    expect(errors.map((error) => error.split(': ')[0])).toEqual(['f.yaml:2:9', 'f.yaml:5:19', 'f.yaml:7:3', 'f.yaml:9:1']);
  });

  it.each([
    ['that is empty', '', 'f.yaml:1:1: nothing is not allowed here; allowed: keys with values'],
    ['that is a list', '- a\n', 'f.yaml:1:1: a list is not allowed here'],
    ['that is not YAML', 'company: [acme\nprefix: AC\n', 'not YAML:'],
    ['with tabs for indentation', 'roles:\n\tclerk: 1\n', 'f.yaml:2:1: not YAML:'],
    ['with an alias', 'company: *gone\n', 'f.yaml:1:10: the alias "*gone" is not allowed; allowed: the value itself'],
    ['of two documents', `${company}---\n${company}`, 'not YAML:'],
    ['with a tag nobody knows', 'company: !secret acme\n', 'f.yaml:1:10: not YAML:'],
  ])('%s is refused in words', (_, text, expected) => {
    expect(errorsOf(text, companyPolicy).join('\n')).toContain(expected);
  });

  it('points into lists of people and at clause ids', () => {
    expect(errorsOf('people:\n  - { id: a-b, name: A, locale: fr, roles: [x] }\n', people)).toEqual([
      'f.yaml:2:33: "fr" is not allowed here; allowed: zh, en, id',
    ]);
    expect(errorsOf('people:\n  - { id: a-b, name: A, roles: [x] }\n', people)).toEqual([
      'f.yaml:2:5: "locale" is missing; allowed: zh, en, id',
    ]);
    expect(errorsOf('HH-2:\n  title: { en: a, zh: a, id: a }\n  text: { en: a, zh: a, id: a }\n', clauses)).toEqual([
      'f.yaml:1:1: the key "HH-2" is not allowed; allowed: a clause id such as HH-B2',
    ]);
  });
});
