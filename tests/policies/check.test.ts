import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type CompanySources, checkCompany } from '../../domain/policy/check.js';
import { parsePolicyFile, type Source } from '../../domain/policy/parse.js';
import { clauses, companyPolicy, people, procedurePolicy } from '../../domain/policy/policy.js';

const files = {
  company: `company: acme
prefix: AC
name: { en: Acme, zh: 艾克, id: Acme }
zone: Asia/Shanghai
utcOffsetMinutes: 480
roles:
  clerk: { en: Clerk, zh: 文员, id: Petugas }
  planner: { en: Planner, zh: 计划员, id: Perencana }
procedures: [intake]
`,
  procedure: `procedure: intake
implementation: acmeIntake
name: { en: Intake, zh: 接单, id: Intake }
clauses: [AC-A1]
startedBy: [clerk]
managedBy: [clerk]
repairedBy: [clerk]
steps:
  review:
    name: { en: Review, zh: 审核, id: Periksa }
    clauses: [AC-A2]
    roles: [clerk]
    outcomes:
      done: { name: { en: Done, zh: 完成, id: Selesai }, fields: [note, how] }
    fields:
      note: { name: { en: Note, zh: 备注, id: Catatan }, type: text, max: 20 }
      how: { name: { en: How, zh: 方式, id: Cara }, type: choice, choices: { mail: { en: Mail, zh: 邮件, id: Surel } } }
  plan:
    name: { en: Plan, zh: 计划, id: Rencana }
    clauses: [AC-A2]
    roles: [planner]
    perLine: true
    promises: date
    outcomes:
      done: { name: { en: Done, zh: 完成, id: Selesai }, fields: [date] }
    fields:
      date: { name: { en: Date, zh: 日期, id: Tanggal }, type: date }
    returnTo: [review]
values: { starts: now }
`,
  clauses: `AC-A1:
  title: { en: a, zh: a, id: a }
  text: { en: a, zh: a, id: a }
AC-A2:
  title: { en: b, zh: b, id: b }
  text: { en: b, zh: b, id: b }
`,
  people: `people:
  - { id: a-b, name: A, locale: zh, roles: [clerk] }
  - { id: c-d, name: C, locale: id, roles: [planner] }
`,
};
const subjects = { acmeIntake: z.unknown() };

function source<S extends z.ZodType>(text: string, file: string, schema: S): Source<z.output<S>> {
  const parsed = parsePolicyFile(text, file, schema);
  if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
  return parsed.source;
}

function errorsAfter(file: keyof typeof files, from: string, to: string): readonly string[] {
  expect(files[file]).toContain(from);
  const text = { ...files, [file]: files[file].replace(from, to) };
  const sources: CompanySources = {
    company: source(text.company, 'company.yaml', companyPolicy),
    procedures: [source(text.procedure, 'intake.yaml', procedurePolicy)],
    filed: ['intake'],
    calendars: [],
    clauses: source(text.clauses, 'clauses.yaml', clauses),
    people: source(text.people, 'people.yaml', people),
  };
  return checkCompany(sources, subjects);
}

describe('files that fit each other', () => {
  it('have no complaints', () => {
    expect(errorsAfter('company', 'acme', 'acme')).toEqual([]);
  });

  it('need no people where there is a directory', () => {
    const sources = {
      company: source(files.company, 'c', companyPolicy),
      procedures: [source(files.procedure, 'p', procedurePolicy)],
      filed: ['intake'],
      calendars: [],
    };
    expect(checkCompany(sources, subjects)).toEqual([]);
  });
});

describe('a complaint says where, what and what is allowed', () => {
  const step = 'roles: [planner]';
  const note = 'type: text, max: 20';
  it.each<[string, keyof typeof files, string, string, string]>([
    [
      'unknown role of a step',
      'procedure',
      'roles: [clerk]',
      'roles: [clerc]',
      'intake.yaml:12:13: unknown role "clerc"; allowed: clerk, planner',
    ],
    [
      'unknown role that starts',
      'procedure',
      'startedBy: [clerk]',
      'startedBy: [boss]',
      'intake.yaml:5:13: unknown role "boss"; allowed: clerk, planner',
    ],
    [
      'unknown role that reopens',
      'procedure',
      'repairedBy: [clerk]',
      'repairedBy: [clerk]\nreopen: { by: [boss], within: 90d }',
      'intake.yaml:8:16: unknown role "boss"; allowed: clerk, planner',
    ],
    [
      'a quorum that can never be reached',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: quorum, needs: { count: 2 }, of: [{ id: a, roles: [clerk] }] }\n    outcomes',
      '1 or less',
    ],
    [
      'a quorum that needs nothing',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: quorum, of: [{ id: a, roles: [clerk] }] }\n    outcomes',
      'a quorum that does not say what it needs; allowed: with "needs"',
    ],
    [
      'more weight than the seats have',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: quorum, needs: { weight: 3 }, of: [{ id: a, roles: [clerk], weight: 2 }] }\n    outcomes',
      'the seats weigh 2 together; allowed: 2 or less',
    ],
    [
      'a weight that nothing counts',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: all, of: [{ id: a, roles: [clerk], weight: 2 }] }\n    outcomes',
      '"weight" in mode "all" without needs by weight',
    ],
    [
      'a seat that is there twice',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: all, of: [{ id: a, roles: [clerk] }, { id: a, roles: [clerk] }] }\n    outcomes',
      'seat "a" is here a second time; allowed: once',
    ],
    [
      'a seat of an unknown role',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: all, of: [{ id: a, roles: [boss] }] }\n    outcomes',
      'unknown role "boss"; allowed: clerk, planner',
    ],
    [
      'a seat that nobody may fill',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: all, of: [{ id: a }] }\n    outcomes',
      'a seat that nobody may fill',
    ],
    [
      'seats that may all be missing',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: all, of: [{ id: a, roles: [clerk], when: x > 1 }] }\n    outcomes',
      'every seat has a condition',
    ],
    [
      'several seats in mode one',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'seats: { mode: one, of: [{ id: a, roles: [clerk] }, { id: b, roles: [planner] }] }\n    outcomes',
      '2 seats in mode "one"; allowed: one, or another mode',
    ],
    [
      'a step that nobody answers',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'outcomes',
      'a step is answered by "roles" or by "seats"; allowed: one of them',
    ],
    [
      'seats that answer line by line',
      'procedure',
      'roles: [planner]\n',
      'seats: { mode: all, of: [{ id: a, roles: [clerk] }] }\n',
      'seats on a step that is answered line by line; allowed: "roles"',
    ],
    [
      'a skip to an outcome with required fields',
      'procedure',
      'roles: [clerk]\n    outcomes',
      'roles: [clerk]\n    skip: { by: [clerk], outcome: done }\n    outcomes',
      'asks for note, how, which nobody gives',
    ],
    [
      'a review of an unknown step',
      'procedure',
      'values: { starts: now }',
      'reviews: { sign: { name: { en: a, zh: a, id: a }, stages: [{ step: gone }] } }\nvalues: { starts: now }',
      'unknown step "gone"; allowed: review, plan',
    ],
    [
      'a review that names a step twice',
      'procedure',
      'values: { starts: now }',
      'reviews: { sign: { name: { en: a, zh: a, id: a }, stages: [{ step: review }, { step: review }] } }\nvalues: { starts: now }',
      'step "review" is here a second time; allowed: once',
    ],
    [
      'return to nowhere',
      'procedure',
      'returnTo: [review]',
      'returnTo: [revue]',
      'intake.yaml:28:16: there is no other step "revue"; allowed: previous, starter, review',
    ],
    [
      'return to itself',
      'procedure',
      'returnTo: [review]',
      'returnTo: [plan]',
      'intake.yaml:28:16: there is no other step "plan"; allowed: previous, starter, review',
    ],
    [
      'field of an outcome that is not there',
      'procedure',
      '[note, how]',
      '[note, how, nota]',
      'intake.yaml:14:76: there is no field "nota"; allowed: note, how',
    ],
    [
      'field that nothing asks for',
      'procedure',
      '[note, how]',
      '[how]',
      'intake.yaml:16:7: no outcome asks for "note"; allowed: fields that an outcome lists',
    ],
    [
      'field with a taken name',
      'procedure',
      '[note, how] }\n    fields:\n      note',
      '[outcome, how] }\n    fields:\n      outcome',
      'the name "outcome" is taken; allowed: any but outcome, lines',
    ],
    [
      'choices on a text field',
      'procedure',
      note,
      'type: text, choices: { a: { en: a, zh: a, id: a } }',
      'intake.yaml:16:68: "choices" on a text field; allowed: on a choice or verdicts field',
    ],
    [
      'choice without choices',
      'procedure',
      note,
      'type: choice',
      'intake.yaml:16:7: a choice without choices; allowed: one or more under "choices"',
    ],
    ['longest text of a date', 'procedure', note, 'type: date, max: 20', '"max" on a date field; allowed: on a text field'],
    ['least number of a text', 'procedure', note, 'type: text, min: 2', '"min" on a text field; allowed: on an integer or money field'],
    [
      'promises that are no date',
      'procedure',
      'promises: date',
      'promises: day',
      'intake.yaml:23:15: "day" is not a date of the form; allowed: date',
    ],
    [
      'promises without lines',
      'procedure',
      'perLine: true',
      'perLine: false',
      'intake.yaml:23:5: promised dates on a step that is not answered by lines; allowed: with "perLine: true"',
    ],
    [
      'overdue outcome, never due',
      'procedure',
      step,
      `${step}\n    overdue: outcome`,
      'intake.yaml:22:14: "outcome" on a step that is never due; allowed: ladder, or a "due"',
    ],
    [
      'step without outcomes',
      'procedure',
      'outcomes:\n      done: { name: { en: Done, zh: 完成, id: Selesai }, fields: [date] }',
      'outcomes: {}',
      'intake.yaml:24:5: a step without outcomes; allowed: one or more',
    ],
    [
      "the engine's own step",
      'procedure',
      '  plan:',
      '  repair:',
      'intake.yaml:18:3: "repair" is the engine\'s own step; allowed: another id',
    ],
    [
      'unknown clause',
      'procedure',
      'clauses: [AC-A1]',
      'clauses: [AC-Z9]',
      'intake.yaml:4:11: unknown clause "AC-Z9"; allowed: the clauses of clauses.yaml (AC-A1, AC-A2)',
    ],
    [
      "another book's clause",
      'procedure',
      'clauses: [AC-A2]',
      'clauses: [HH-A2]',
      'intake.yaml:11:15: clause "HH-A2" is not of this company; allowed: clauses that begin with AC-',
    ],
    [
      "another book's clause in the book",
      'clauses',
      'AC-A2:',
      'HH-A2:',
      'clauses.yaml:4:1: clause "HH-A2" is not of this company; allowed: clauses that begin with AC-',
    ],
    [
      'unknown implementation',
      'procedure',
      'acmeIntake',
      'otherIntake',
      'intake.yaml:2:17: unknown implementation "otherIntake"; allowed: acmeIntake',
    ],
    [
      'a subject in the policy where the code has one',
      'procedure',
      'values: { starts: now }',
      'subject: { fields: { note: { name: { en: Note, zh: 备注, id: Catatan }, type: text } } }',
      'intake.yaml:29:22: what "acmeIntake" is about is in its code; allowed: a policy without "subject"',
    ],
    [
      'a procedure the company does not list',
      'company',
      '[intake]',
      '[other]',
      'intake.yaml:1:12: company.yaml does not list "intake"; allowed: other',
    ],
    [
      'a procedure without a file',
      'company',
      '[intake]',
      '[intake, other]',
      'company.yaml:9:22: there is no file for procedure "other"; allowed: intake',
    ],
    [
      'a procedure listed twice',
      'company',
      '[intake]',
      '[intake, intake]',
      'company.yaml:9:22: procedure "intake" is listed twice; allowed: once',
    ],
    [
      'an unknown zone',
      'company',
      'Asia/Shanghai',
      'Asia/Foshan',
      'company.yaml:4:7: unknown zone "Asia/Foshan"; allowed: an IANA zone such as Asia/Shanghai',
    ],
    [
      "a person's unknown role",
      'people',
      'roles: [clerk]',
      'roles: [clerk, boss]',
      'people.yaml:2:52: unknown role "boss"; allowed: clerk, planner',
    ],
    ['a person twice', 'people', 'id: c-d', 'id: a-b', 'people.yaml:3:11: person "a-b" is here a second time; allowed: once'],
    [
      'a role nobody holds',
      'people',
      'roles: [planner]',
      'roles: [clerk]',
      'people.yaml:1:1: nobody holds the role "planner"; allowed: one person or more',
    ],
  ])('%s', (_, file, from, to, expected) => {
    expect(errorsAfter(file, from, to).join('\n')).toContain(expected);
  });
});
