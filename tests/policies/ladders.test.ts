import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkCompany } from '../../domain/policy/check.js';
import { withLadders } from '../../domain/policy/expand.js';
import { parsePolicyFile, type Source } from '../../domain/policy/parse.js';
import { companyPolicy, procedurePolicy } from '../../domain/policy/policy.js';

const company = `company: acme
prefix: AC
name: { en: Acme, zh: 艾克, id: Acme }
zone: Asia/Shanghai
utcOffsetMinutes: 480
roles:
  clerk: { en: Clerk, zh: 文员, id: Petugas }
  leader: { en: Leader, zh: 主管, id: Pimpinan }
  director: { en: Director, zh: 总经理, id: Direktur }
procedures: [intake]
ladder:
  - remind: { before: 1h }
  - escalate: { after: { within: 2h } }
  - escalate: { after: { within: 4h } }
supervisors: { clerk: [leader, director], leader: [director], director: [] }
holdCauses: { waiting: { en: waiting, zh: 等待, id: menunggu } }
`;
const step = (id: string, role: string, more: string): string => `  ${id}:
    name: { en: Step, zh: 环节, id: Tahap }
    clauses: [AC-A1]
    roles: [${role}]
    outcomes: { done: { name: { en: Done, zh: 完成, id: Selesai } } }
${more}`;
const procedure = (more = ''): string => `procedure: intake
implementation: acmeIntake
name: { en: Intake, zh: 接单, id: Intake }
clauses: [AC-A1]
startedBy: [clerk]
managedBy: [clerk]
repairedBy: [clerk]
steps:
${step('review', 'clerk', '    due: { within: 4h }\n')}${step('sign', 'director', '    due: { within: 4h }\n')}${more}clocks:
  reply: { name: { en: R, zh: R, id: R }, clauses: [AC-A1], due: { within: 48h } }
`;

function source<S extends z.ZodType>(text: string, file: string, schema: S): Source<z.output<S>> {
  const parsed = parsePolicyFile(text, file, schema);
  if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
  return parsed.source;
}
const sources = (ofCompany: string, ofProcedure: string) => ({
  company: source(ofCompany, 'company.yaml', companyPolicy),
  procedures: [source(ofProcedure, 'intake.yaml', procedurePolicy)],
  filed: ['intake'],
  calendars: [],
});
const subjects = { acmeIntake: z.unknown() };
const errors = (ofCompany: string, ofProcedure = procedure()): readonly string[] => checkCompany(sources(ofCompany, ofProcedure), subjects);

describe('the ladder of a company', () => {
  it('is that of each step with a due time; who joins is next above its roles, and where nobody is, nobody joins', () => {
    expect(errors(company)).toEqual([]);
    const own = `${step('own', 'clerk', '    due: { within: 4h }\n    ladder: [{ escalate: { at: due, to: director } }]\n')}${step('none', 'clerk', '    due: { within: 4h }\n    ladder: []\n')}${step('free', 'clerk', '')}`;
    const { company: c, procedures } = sources(company, procedure(own));
    const { steps } = withLadders(c.value, procedures[0]!.value);
    const escalations = (id: string) => steps[id]?.ladder?.flatMap((rung) => ('escalate' in rung ? [rung.escalate.to] : []));
    expect(Object.keys(steps).map((id) => [id, escalations(id)])).toEqual([
      ['review', ['leader', 'director']],
      ['sign', []],
      ['own', ['director']],
      ['none', []],
      ['free', undefined],
    ]);
  });

  it.each([
    ['who is above a role is not said', company.replace('clerk: [leader, director], ', ''), 'who is above "clerk"'],
    ['a superior is no role', company.replace('leader: [director]', 'leader: [boss]'), 'unknown role "boss"'],
    ['somebody is above themselves', company.replace('leader: [director]', 'leader: [leader]'), '"leader" is there already'],
    ['it needs a calendar and there is none', company.replace('before: 1h', 'before: 1h, clock: working'), 'no "calendar"'],
    ['a rung is there twice', company.replace('within: 4h', 'within: 2h'), 'this rung is there already'],
  ])('is refused when %s', (_, text, what) => {
    expect(errors(text).join('\n')).toContain(what);
  });

  it('names the place of a rung that is none', () => {
    const text = company.replace('before: 1h', 'befor: 1h');
    expect(() => errors(text)).toThrow(/^company\.yaml:12:\d+: .*; allowed: one of: \{before, clock\?\}, \{at: due\}/);
  });
});

describe('the ladder of a step', () => {
  it.each([
    ['without a due time', '    ladder: [{ remind: { at: due } }]\n', 'never due'],
    [
      'that reminds before it begins',
      '    due: { within: 1h }\n    ladder: [{ remind: { before: 2h } }]\n',
      '"2h" before is not after the start',
    ],
    ['of a role that is none', '    due: { within: 4h }\n    ladder: [{ remind: { at: due, to: [boss] } }]\n', 'unknown role "boss"'],
    [
      'that goes on after a step that lapses',
      '    due: { within: 4h }\n    overdue: outcome\n    ladder: [{ remind: { at: due } }]\n',
      'allowed: reminders before it',
    ],
    ['that pauses a clock that is none', '    pauses: { clocks: [rely], cause: waiting }\n', 'there is no clock "rely"; allowed: reply'],
    [
      'that pauses for a cause that is none',
      '    pauses: { clocks: [reply], cause: rain }\n',
      'there is no hold cause "rain"; allowed: waiting',
    ],
  ])('%s is refused', (_, more, what) => {
    expect(errors(company, procedure(step('more', 'clerk', more))).join('\n')).toContain(what);
  });

  it('cannot make silence an answer: no outcome is called overdue', () => {
    const text = procedure().replace('outcomes: { done:', 'outcomes: { overdue:');
    expect(errors(company, text).join('\n')).toContain('silence is never an answer of a person');
  });
});
