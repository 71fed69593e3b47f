import type { Field, StepPolicy } from './policy.js';

/** Takes a complaint about a place of a file: what is wrong and what is allowed. */
export type Complain = (path: readonly PropertyKey[], text: string, what?: 'key' | 'value') => void;

/** Names that the data of an answer needs for itself. */
const reserved = ['outcome', 'lines'];

/** Checks that the parts of a step fit each other; `steps` are the ids of its procedure's steps. */
export function checkStep(id: string, step: StepPolicy, steps: readonly string[], complain: Complain): void {
  const path = ['steps', id];
  if (Object.keys(step.outcomes).length === 0) complain([...path, 'outcomes'], 'a step without outcomes; allowed: one or more', 'key');
  if (step.overdue === 'outcome' && step.due === undefined)
    complain([...path, 'overdue'], '"outcome" on a step that is never due; allowed: ladder, or a "due"');
  if (step.overdue === 'outcome' && step.perLine)
    complain([...path, 'overdue'], '"outcome" on a step that is answered by lines; allowed: ladder');
  checkReturns(id, step, steps, complain);
  checkFields(path, step, complain);
  checkPromises(path, step, complain);
}

function checkReturns(id: string, step: StepPolicy, steps: readonly string[], complain: Complain): void {
  const others = steps.filter((other) => other !== id);
  for (const [index, target] of step.returnTo.entries()) {
    if (!others.includes(target) && target !== 'previous' && target !== 'starter')
      complain(['steps', id, 'returnTo', index], `there is no other step "${target}"; allowed: previous, starter, ${listed(others)}`);
  }
}

function checkFields(path: readonly string[], step: StepPolicy, complain: Complain): void {
  const asked = Object.entries(step.outcomes).flatMap(([outcome, { fields }]) => fields.map((field, index) => ({ outcome, field, index })));
  for (const { outcome, field, index } of asked) {
    const place = [...path, 'outcomes', outcome, 'fields', index];
    if (!Object.hasOwn(step.fields, field)) complain(place, `there is no field "${field}"; allowed: ${listed(Object.keys(step.fields))}`);
  }
  for (const [field, policy] of Object.entries(step.fields)) {
    const place = [...path, 'fields', field];
    if (reserved.includes(field)) complain(place, `the name "${field}" is taken; allowed: any but ${listed(reserved)}`, 'key');
    if (!asked.some((one) => one.field === field))
      complain(place, `no outcome asks for "${field}"; allowed: fields that an outcome lists`, 'key');
    checkField(place, policy, complain);
    checkDateRules(place, policy, Object.keys(step.fields), complain);
  }
}

function checkField(path: readonly string[], field: Field, complain: Complain): void {
  const choices = Object.keys(field.choices ?? {});
  const chosen = field.type === 'choice' || field.type === 'verdicts';
  const ofList = field.type === 'verdicts' || field.type === 'lines';
  if (chosen && choices.length === 0) complain(path, 'a choice without choices; allowed: one or more under "choices"', 'key');
  if (!chosen && field.choices !== undefined)
    complain([...path, 'choices'], `"choices" on a ${field.type} field; allowed: on a choice or verdicts field`, 'key');
  if (ofList && field.of === undefined)
    complain(path, `${field.type} of nothing; allowed: the name of a list that is shown, under "of"`, 'key');
  if (!ofList && field.of !== undefined)
    complain([...path, 'of'], `"of" on a ${field.type} field; allowed: on a verdicts or lines field`, 'key');
  if (field.type !== 'text' && field.max !== undefined)
    complain([...path, 'max'], `"max" on a ${field.type} field; allowed: on a text field`, 'key');
  if (field.type !== 'text' && field.pattern !== undefined)
    complain([...path, 'pattern'], `"pattern" on a ${field.type} field; allowed: on a text field`, 'key');
  if (field.pattern !== undefined && !isExpression(field.pattern))
    complain([...path, 'pattern'], 'not a regular expression; allowed: one such as [A-Z]{2}-\\d{4}');
  const number = field.type === 'integer' || field.type === 'money';
  for (const bound of ['min', 'atMost'] as const) {
    if (!number && field[bound] !== undefined)
      complain([...path, bound], `"${bound}" on a ${field.type} field; allowed: on an integer or money field`, 'key');
  }
}

/** A subject is told before anything is shown. */
export function checkSubjectField(path: readonly string[], field: Field, complain: Complain): void {
  checkField(path, field, complain);
  for (const rule of ['of', 'sameAs', 'atMost', 'onFreeDay', 'whenLater'] as const)
    if (field[rule] !== undefined)
      complain([...path, rule], `"${rule}" in a subject, where nothing is shown; allowed: in the form of a step`, 'key');
}

function checkDateRules(path: readonly string[], field: Field, fields: readonly string[], complain: Complain): void {
  for (const rule of ['notPast', 'onFreeDay', 'whenLater'] as const) {
    if (field.type !== 'date' && field[rule] !== undefined)
      complain([...path, rule], `"${rule}" on a ${field.type} field; allowed: on a date field`, 'key');
  }
  for (const [place, needed] of [
    [[...path, 'onFreeDay'], field.onFreeDay],
    [[...path, 'whenLater', 'needs'], field.whenLater?.needs],
  ] as const) {
    if (needed !== undefined && !fields.includes(needed)) complain(place, `there is no field "${needed}"; allowed: ${listed(fields)}`);
  }
}

function checkPromises(path: readonly string[], step: StepPolicy, complain: Complain): void {
  if (step.promises === undefined) return;
  const dates = Object.entries(step.fields).flatMap(([id, { type }]) => (type === 'date' ? [id] : []));
  const place = [...path, 'promises'];
  if (!step.perLine) complain(place, 'promised dates on a step that is not answered by lines; allowed: with "perLine: true"', 'key');
  else if (!dates.includes(step.promises)) complain(place, `"${step.promises}" is not a date of the form; allowed: ${listed(dates)}`);
  const choices = Object.entries(step.fields).flatMap(([id, { type }]) => (type === 'choice' ? [id] : []));
  if (step.promiseCause !== undefined && !choices.includes(step.promiseCause))
    complain([...path, 'promiseCause'], `"${step.promiseCause}" is not a choice of the form; allowed: ${listed(choices)}`);
}

/** A list as it stands in a message. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
