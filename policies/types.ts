import { fieldsOf } from '../domain/policy/form.js';
import type { ProcedureSource } from '../domain/policy/parse.js';
import type { Field, ProcedurePolicy, StepPolicy } from '../domain/policy/policy.js';

/** What the policies of a company let its procedures name, as the text of a TypeScript module; `npm run generate` formats and writes it. */
export function policyTypes(company: string, roles: readonly string[], procedures: readonly ProcedureSource[]): string {
  const parts = procedures.flatMap((source) => {
    const name = typeName(source.value.procedure);
    return [
      ...subjectType(name, source.value),
      `/** @public \`${source.value.procedure}\`: what each step's form brings back. */`,
      `export type ${name}Steps = ${stepsType(source.value)};\n`,
      `/** @public \`${source.value.procedure}\`: what else its policy names. */`,
      `export interface ${name}Names ${namesType(source)}\n`,
    ];
  });
  const verdicts = 'type Verdicts<Verdict extends string> = Readonly<Record<string, Verdict>>;';
  return [
    generated(`policies/${company}`),
    `type Roles = ${union(roles)};`,
    ...(parts.some((part) => part.includes(': Verdicts<')) ? [verdicts] : []),
    '',
    ...parts,
  ].join('\n');
}

/** A procedure's file: its company's folder, its own name, and its exported function. */
export interface Implemented {
  readonly company: string;
  readonly policy: Pick<ProcedurePolicy, 'procedure' | 'implementation'>;
  readonly exported: string;
}

/** The modules `workflows/procedures.ts` and `workflows/index.ts`. */
export function registries(implemented: readonly Implemented[]): { readonly procedures: string; readonly index: string } {
  const sorted = implemented.toSorted((one, other) => (one.policy.implementation < other.policy.implementation ? -1 : 1));
  const imports = implemented
    .map(({ company, policy, exported }) => ({ exported, from: `./${company}/${policy.procedure}.js` }))
    .sort((one, other) => (one.from < other.from ? -1 : 1));
  const types = sorted.map(
    ({ company, policy }) =>
      `/** \`${policy.procedure}\` of ${company}. */\nexport const ${policy.implementation} = caseWorkflow(procedures.${policy.implementation});`,
  );
  return {
    procedures: [
      generated('policies'),
      "import type { Procedure } from '../domain/engine/procedure.js';",
      ...imports.map(({ exported, from }) => `import { ${exported} } from '${from}';`),
      '',
      '/** Every procedure by its implementation name, which is also its workflow type: what policies name, and what rehearsals and explorations run without a server. */',
      `export const procedures = { ${sorted.map(({ policy, exported }) => `${policy.implementation}: ${exported}`).join(', ')} } satisfies Readonly<Record<string, Procedure<never, never>>>;`,
    ].join('\n'),
    index: [
      generated('policies'),
      "import { caseWorkflow } from './engine/case-workflow.js';",
      "import { procedures } from './procedures.js';",
      '',
      ...types.map((text) => `${text}\n`),
    ].join('\n'),
  };
}

const generated = (from: string): string => `// Made by \`npm run generate\` from ${from}; \`npm test\` fails when it is not current.\n`;

/** `shipment-routine` is `ShipmentRoutine`. */
const typeName = (id: string): string => id.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function subjectType(name: string, { procedure, subject }: ProcedurePolicy): readonly string[] {
  if (subject === undefined) return [];
  const fields = Object.entries(subject.fields).map(([field, policy]) => fieldType(field, policy));
  return [`/** @public \`${procedure}\`: what a case is about. */`, `export interface ${name}Subject { ${fields.join(' ')} }\n`];
}

function stepsType({ steps }: ProcedurePolicy): string {
  return `{ ${Object.entries(steps)
    .map(([id, step]) => `${JSON.stringify(id)}: ${answerType(step)};`)
    .join('\n')} }`;
}

/** What an answer's data is: with its outcome, which lines do not have. Outcomes that bring the same are one. */
function answerType(step: StepPolicy): string {
  const byFields = new Map<string, string[]>();
  for (const outcome of Object.keys(step.outcomes)) {
    const fields = fieldsOf(step, outcome).map(([name, field]) => fieldType(name, field));
    const text = fields.join(' ');
    byFields.set(text, [...(byFields.get(text) ?? []), outcome]);
  }
  const branches = [...byFields].map(
    ([fields, outcomes]) => `{ ${step.perLine ? '' : `readonly outcome: ${union(outcomes)};`} ${fields} }`,
  );
  return branches.join(' | ');
}

function fieldType(name: string, field: Field): string {
  // No verdicts are asked for where the list is empty.
  const sure = field.required && field.type !== 'verdicts';
  return `readonly ${JSON.stringify(name)}${sure ? '' : '?'}: ${valueType(field)};`;
}

function valueType({ type, choices = {} }: Field): string {
  switch (type) {
    case 'integer':
    case 'money':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'choice':
      return union(Object.keys(choices));
    case 'verdicts':
      return `Verdicts<${union(Object.keys(choices))}>`;
    case 'lines':
      return 'readonly string[]';
    case 'text':
    case 'date':
    case 'email':
      return 'string';
  }
}

function namesType({ value, declared }: ProcedureSource): string {
  const effects = Object.keys(value.effects);
  const reads = declared.readings;
  const values = Object.entries(declared.values).map(
    ([name, of]) => `readonly ${JSON.stringify(name)}: ${typeof of === 'string' ? of : union(of)};`,
  );
  const parts = {
    roles: 'Roles',
    reviews: union(Object.keys(value.reviews ?? {})),
    clocks: union(Object.keys(value.clocks)),
    notices: union(Object.keys(value.notices)),
    // A policy that does not list its readings apart has them among its effects.
    effects: union(effects.filter((name) => !reads.includes(name))),
    readings: union(reads.length === 0 ? effects : reads),
    values: values.length === 0 ? 'Readonly<Record<never, never>>' : `{ ${values.join(' ')} }`,
  };
  return `{ ${Object.entries(parts)
    .map(([name, type]) => `readonly ${name}: ${type};`)
    .join('\n')} }`;
}

const union = (values: readonly (string | number)[]): string =>
  values.length === 0 ? 'never' : values.map((value) => JSON.stringify(value)).join(' | ');
