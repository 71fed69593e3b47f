import { isMap, isSeq, parseDocument } from 'yaml';
import type { Clauses, CompanyPolicy, Person } from '../domain/policy/policy.js';
import type { Words } from '../domain/words.js';

/** What a new procedure is made of. */
export interface NewProcedure {
  readonly company: CompanyPolicy;
  readonly clauses: Clauses;
  readonly people: readonly Person[];
  /** The text of company.yaml, which lists the company's procedures. */
  readonly companyFile: string;
  readonly name: string;
  /** The clauses of the book that it carries out; they stand in clauses.yaml already. */
  readonly carries: readonly string[];
  /** Who does it; the first role that somebody holds when absent. */
  readonly role: string | undefined;
}

/** Why there is no such procedure to be made. */
export type NewProcedureFault =
  | { readonly code: 'name' | 'there'; readonly values: { readonly name: string } }
  | { readonly code: 'clause'; readonly values: { readonly clause: string; readonly allowed: string } }
  | { readonly code: 'role'; readonly values: { readonly role: string; readonly allowed: string } };

/**
 * The files of a procedure of one step, by their path: its function, its policy and its story, and company.yaml, which lists it. What follows from
 * them is made by `npm run generate` and `npm run trace -- --write`.
 */
export function newProcedure(
  asked: NewProcedure,
): { readonly ok: true; readonly files: Readonly<Record<string, string>> } | ({ readonly ok: false } & NewProcedureFault) {
  const { company, clauses, people, name, carries } = asked;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return { ok: false, code: 'name', values: { name } };
  if (company.procedures.includes(name)) return { ok: false, code: 'there', values: { name } };
  const unknown = carries.find((clause) => !Object.hasOwn(clauses, clause));
  if (unknown !== undefined || carries.length === 0)
    return { ok: false, code: 'clause', values: { clause: unknown ?? '-', allowed: Object.keys(clauses).join(', ') } };
  const held = Object.keys(company.roles).filter(
    (one) => !company.outsiders.includes(one) && people.some(({ roles }) => roles.includes(one)),
  );
  const role = asked.role ?? held[0] ?? '';
  const person = people.find(({ roles }) => roles.includes(role));
  if (person === undefined || !held.includes(role)) return { ok: false, code: 'role', values: { role, allowed: held.join(', ') } };
  const parts: Parts = { ...asked, role, person, title: clauses[carries[0] ?? '']?.title ?? { en: name, zh: name, id: name } };
  return {
    ok: true,
    files: {
      [`workflows/${company.company}/${name}.ts`]: procedureText(parts),
      [`policies/${company.company}/${name}.yaml`]: policyText(parts),
      [`stories/${company.company}/${name}.yaml`]: storyText(parts),
      [`policies/${company.company}/company.yaml`]: listing(asked.companyFile, name),
    },
  };
}

interface Parts extends NewProcedure {
  readonly role: string;
  readonly person: Person;
  readonly title: Words;
}

const pascal = (name: string): string => name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** `sample-boards` is `sampleBoards`; what TypeScript keeps for itself says what it is. */
function functionName(name: string): string {
  const camel = pascal(name).replace(/^./, (letter) => letter.toLowerCase());
  const kept = ['return', 'delete', 'export', 'import', 'new', 'package', 'switch', 'case', 'default', 'function', 'void', 'with'];
  return kept.includes(camel) ? `${camel}Procedure` : camel;
}

const inline = ({ en, zh, id }: Words): string => `{ en: ${JSON.stringify(en)}, zh: ${JSON.stringify(zh)}, id: ${JSON.stringify(id)} }`;

function procedureText({ name, carries, title }: Parts): string {
  const types = pascal(name);
  const [first = ''] = carries;
  return `import type { Desk } from '../../domain/engine/procedure.js';
import type { ${types}Names, ${types}Steps, ${types}Subject } from './policy.js';

/** ${first.replace(/\d+$/, '')}: ${title.en}. */
export function ${functionName(name)}(desk: Desk<${types}Subject, ${types}Steps, ${types}Names>): { readonly result: 'done' } {
  desk.ask('carry-out', { shows: desk.subject }); // ${carries.join(', ')}
  return { result: 'done' };
}
`;
}

function policyText({ company, name, carries, role, title }: Parts): string {
  const [first = ''] = carries;
  const due = 'due: { within: 4h }';
  return `# ${first.replace(/\d+$/, '')}: ${title.en}. Times are ours where the book names none.
procedure: ${name}
implementation: ${company.company.replaceAll('-', '')}${pascal(name)}
name: ${inline(title)}
clauses: [${carries.join(', ')}]
startedBy: [${role}]
managedBy: [${role}]
repairedBy: [${role}]

subject:
  fields: [customer]

steps:
  carry-out:
    kind: done
    name: ${inline(title)}
    clauses: [${carries.join(', ')}]
    roles: [${role}]
    ${due}
`;
}

function storyText({ company, name, carries, role, person, title }: Parts): string {
  const cause = Object.keys(company.holdCauses ?? {})[0];
  const managed =
    cause === undefined ? [] : [`      - { by: ${person.id}, verb: hold, cause: ${cause} }`, `      - { by: ${person.id}, verb: resume }`];
  return `# ${carries.join(', ')}: what somebody does, and all that comes of it. See docs/stories.md.
company: ${company.company}
procedure: ${name}

given:
  a new case:
    begun: 2026-11-02 09:00
    subject: { customer: C-1 }

stories:
  - story: ${JSON.stringify(`${title.en} is carried out`)}
    clauses: [${carries.join(', ')}]
    given: a new case
    rows:
      - by: ${person.id}
        opens: [carry-out]
        who: { carry-out: [${role}] }
        due: { carry-out: 2026-11-02 13:00 }
        shows: { carry-out: { customer: C-1 } }
${managed.map((row) => `${row}\n`).join('')}      - { by: ${person.id}, does: carry-out, ends: { result: done } }

# No system is asked yet, so that there is nothing to repair.
equivalent: { ${name}.repairedBy.${role}: no system is asked }
`;
}

/** The text of company.yaml with one procedure more, and nothing else changed. */
function listing(text: string, name: string): string {
  const document = parseDocument(text);
  const listed = isMap(document.contents) ? document.contents.get('procedures', true) : undefined;
  if (!isSeq(listed) || listed.range === null || listed.range === undefined) return text;
  const [start, end] = listed.range;
  if (listed.flow === true) return `${text.slice(0, end - 1).trimEnd()}, ${name}]${text.slice(end)}`;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start) + 1));
  return `${text.slice(0, end).trimEnd()}\n${indent}- ${name}${text.slice(text.slice(0, end).trimEnd().length)}`;
}
