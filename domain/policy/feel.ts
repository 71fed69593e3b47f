import { parseExpression } from 'feelin';
import * as z from 'zod';
import { type Condition, comparisons, type FunctionName, functionNames, functions, operations, type Term, type Test } from './condition.js';

export type ConditionFault =
  | 'CONDITION_EMPTY'
  | 'CONDITION_SYNTAX'
  | 'CONDITION_FUNCTION'
  | 'CONDITION_UNSUPPORTED'
  | 'CONDITION_AMBIGUOUS'
  | 'CONDITION_TOO_LONG';

/** What is wrong with the text of a condition and what is allowed, for the person who writes the policy. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly code: ConditionFault;
  /** Characters of the text before the place that is wrong. */
  readonly position: number;
  constructor(code: ConditionFault, position: number, message: string) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

/** A node of the parser's tree with the text it stands for. */
export interface Node {
  readonly name: string;
  readonly from: number;
  readonly text: string;
  readonly broken: boolean;
  readonly parts: readonly Node[];
}

/** The tree of a FEEL expression, comments left out. Throws where the text is not FEEL. */
export function treeOf(text: string): Node {
  const root = nodeOf(parseExpression(text, {}, undefined).cursor(), text);
  const broken = firstBroken(root);
  if (broken !== undefined) throw new ConditionError('CONDITION_SYNTAX', broken.from, brokenOff(broken, text));
  return root;
}

type Cursor = ReturnType<ReturnType<typeof parseExpression>['cursor']>;

function nodeOf(cursor: Cursor, text: string): Node {
  const { name, from, to, type } = cursor;
  const parts: Node[] = [];
  if (cursor.firstChild()) {
    do {
      const part = nodeOf(cursor, text);
      if (!part.name.endsWith('Comment')) parts.push(part);
    } while (cursor.nextSibling());
    cursor.parent();
  }
  return { name, from, text: text.slice(from, to), broken: type.isError, parts };
}

function firstBroken(node: Node): Node | undefined {
  if (node.broken) return node;
  for (const part of node.parts) {
    const broken = firstBroken(part);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function brokenOff({ from, text: found }: Node, text: string): string {
  const rest = text.slice(from).trim();
  const what =
    rest === '' ? 'the condition breaks off here' : `${JSON.stringify(found === '' ? rest.slice(0, 20) : found)} is not understood here`;
  return `${what}; allowed: a FEEL expression such as quantity > 500 and customer.country = "ID"`;
}

export const unsupported = (node: Node, allowed: string): ConditionError =>
  new ConditionError(
    'CONDITION_UNSUPPORTED',
    node.from,
    `${JSON.stringify(shortened(node.text))} is not taken in conditions; allowed: ${allowed}`,
  );

export const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text);

export const kinds =
  'values, names, comparisons, between, in, and, or, not(…), + - * /, if, some, every, and the functions that docs/policy.md lists';

export function only(parts: readonly Node[], whole: Node): Node {
  const [part, ...rest] = parts;
  if (part === undefined || rest.length > 0) throw unsupported(whole, kinds);
  return part;
}

/** Longest text of a condition, in characters. */
const longest = 1000;

/**
 * Reads a condition: an expression of FEEL (the language of DMN) that is true or false. Of FEEL it takes what needs no clock, no chance and
 * no state: values, names and their parts, comparisons, `between`, `in`, `and`, `or`, `not`, `+ - * /`, `if`, `some`, `every`, and the
 * functions of `functionNames`. Throws a ConditionError with the place and what is allowed.
 */
export function parseCondition(text: string): Condition {
  if (text.length > longest)
    throw new ConditionError('CONDITION_TOO_LONG', longest, `${text.length} characters; allowed: ${longest} or less`);
  if (text.trim() === '')
    throw new ConditionError('CONDITION_EMPTY', 0, 'an empty condition; allowed: a FEEL expression such as quantity > 500');
  const root = treeOf(text);
  const test = termOf(only(root.parts, root));
  if (!tells(test))
    throw new ConditionError('CONDITION_UNSUPPORTED', 0, 'this is not true or false; allowed: a comparison such as quantity > 500');
  return { text, test };
}

/** Whether a term can be true or false at all. */
function tells(term: Term): boolean {
  if (term.is === 'value') return typeof term.value === 'boolean';
  if (term.is === 'call') return ['contains', 'ends with', 'list contains', 'not', 'starts with'].includes(term.function);
  if (term.is === 'if') return tells(term.of[1]) && tells(term.of[2]);
  return term.is !== 'list' && term.is !== 'reckon';
}

function termOf(node: Node): Term {
  const [first, second, third] = node.parts;
  switch (node.name) {
    case 'NumericLiteral':
      return { is: 'value', value: Number(node.text) };
    case 'StringLiteral':
      return { is: 'value', value: textIn(node) };
    case 'BooleanLiteral':
      return { is: 'value', value: node.text === 'true' };
    case 'null':
      return { is: 'value', value: null };
    case 'VariableName':
      return { is: 'name', name: nameIn(node) };
    case 'PathExpression':
      if (first === undefined || third === undefined) throw unsupported(node, kinds);
      return { is: 'part', of: termOf(first), name: nameIn(third) };
    case 'ParenthesizedExpression':
      return termOf(only(inside(node), node));
    case 'List':
      return { is: 'list', of: inside(node).map(termOf) };
    case 'Conjunction':
    case 'Disjunction':
      if (first === undefined || third === undefined) throw unsupported(node, kinds);
      return { is: node.name === 'Conjunction' ? 'and' : 'or', of: [termOf(first), termOf(third)] };
    case 'Comparison':
      return comparisonOf(node);
    case 'ArithmeticExpression':
      return reckoningOf(node);
    case 'IfExpression': {
      const [test, yes, no] = node.parts.filter(({ name }) => !['if', 'then', 'else'].includes(name)).map(termOf);
      if (test === undefined || yes === undefined || no === undefined) throw unsupported(node, kinds);
      return { is: 'if', of: [test, yes, no] };
    }
    case 'QuantifiedExpression':
      return quantifiedOf(node);
    case 'FunctionInvocation':
    case 'DateTimeLiteral':
      if (first === undefined || second === undefined) throw unsupported(node, 'a date as "2026-10-10" or date("2026-10-10")');
      return callOf(node, first);
    default:
      throw unsupported(node, node.name === 'FilterExpression' ? 'some … in … satisfies, or every … in … satisfies' : kinds);
  }
}

/** A condition in a policy file. */
export const condition = z.string().transform((text, context): Condition => {
  try {
    return parseCondition(text);
  } catch (thrown) {
    if (!(thrown instanceof ConditionError)) throw thrown;
    context.addIssue({ code: 'custom', message: thrown.message, params: { code: thrown.code, position: thrown.position } });
    return z.NEVER;
  }
});

const inside = ({ parts }: Node): readonly Node[] => parts.filter(({ name }) => !['(', ')', '[', ']', ','].includes(name));

/** A name is one word: two in a row are a forgotten operator, not a name with a space in it. */
function nameIn(node: Node): string {
  const name = node.text;
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
    throw new ConditionError(
      'CONDITION_SYNTAX',
      node.from,
      `${JSON.stringify(shortened(name))} is not a name; allowed: one word of letters and digits such as orderDataNo`,
    );
  }
  return name;
}

function textIn(node: Node): string {
  try {
    return String(JSON.parse(node.text.replaceAll('\n', '\\n')));
  } catch {
    throw unsupported(node, 'a text in double quotes, with \\" \\\\ \\n \\u4e2d for special characters');
  }
}

function comparisonOf(node: Node): Term {
  const [left, operator, ...rest] = node.parts;
  if (left === undefined || operator === undefined) throw unsupported(node, kinds);
  if (left.name === 'Comparison')
    throw new ConditionError('CONDITION_AMBIGUOUS', node.from, 'two comparisons in a row; allowed: 1 < x and x < 5, or x in (1..5)');
  const value = termOf(left);
  if (operator.name === 'between') {
    const [from, , to] = rest;
    if (from === undefined || to === undefined) throw unsupported(node, kinds);
    return { is: 'in', value, tests: [{ is: 'range', from: termOf(from), to: termOf(to), openFrom: false, openTo: false }] };
  }
  if (operator.name === 'in') {
    const tests = rest
      .flatMap((part) => (part.name === 'PositiveUnaryTests' ? part.parts : [part]))
      .filter(({ name }) => name === 'PositiveUnaryTest');
    return { is: 'in', value, tests: tests.map(testOf) };
  }
  const by = comparisons.find((one) => one === operator.text);
  const right = rest[0];
  if (by === undefined || right === undefined) throw unsupported(operator, comparisons.join(' '));
  return { is: 'compare', by, of: [value, termOf(right)] };
}

/** `a in [1, 2] and b` is read by FEEL as `a in ([1, 2] and b)`, which nobody means. */
function testOf(node: Node): Test {
  const test = only(node.parts, node);
  if (['Conjunction', 'Disjunction', 'Comparison'].includes(test.name)) {
    throw new ConditionError(
      'CONDITION_AMBIGUOUS',
      test.from,
      `${JSON.stringify(shortened(test.text))} as a whole would be what "in" tries; allowed: (… in …) in brackets of its own`,
    );
  }
  if (test.name !== 'SimplePositiveUnaryTest') return { is: 'one-of', of: termOf(test) };
  const [first, second] = test.parts;
  if (first?.name === 'CompareOp' && second !== undefined) {
    const by = comparisons.find((one) => one === first.text);
    if (by === undefined) throw unsupported(first, comparisons.join(' '));
    return { is: 'bound', by, to: termOf(second) };
  }
  if (first?.name !== 'Interval') throw unsupported(test, kinds);
  const [from, to] = first.parts.filter(({ name }) => !['[', ']', '(', ')', '..'].includes(name)).map(termOf);
  if (from === undefined || to === undefined) throw unsupported(first, 'a range such as [1..5]');
  return { is: 'range', from, to, openFrom: !first.text.startsWith('['), openTo: !first.text.endsWith(']') };
}

function reckoningOf(node: Node): Term {
  const [left, operator, right] = node.parts;
  if (left?.name === 'ArithOp' && operator !== undefined) {
    if (left.text !== '-') throw unsupported(left, '-');
    const of = termOf(operator);
    return of.is === 'value' && typeof of.value === 'number'
      ? { is: 'value', value: -of.value }
      : { is: 'reckon', by: '-', of: [{ is: 'value', value: 0 }, of] };
  }
  const by = operations.find((one) => one === operator?.text);
  if (left === undefined || right === undefined || by === undefined) throw unsupported(operator ?? node, operations.join(' '));
  return { is: 'reckon', by, of: [termOf(left), termOf(right)] };
}

function quantifiedOf(node: Node): Term {
  const [kind] = node.parts;
  const bindings = node.parts.find(({ name }) => name === 'InExpressions');
  const satisfies = node.parts.at(-1);
  if (kind === undefined || bindings === undefined || satisfies === undefined) throw unsupported(node, kinds);
  return inside(bindings).reduceRight<Term>((inner, binding) => {
    const [name, , source] = binding.parts;
    if (name === undefined || source === undefined) throw unsupported(binding, kinds);
    return { is: kind.text === 'some' ? 'some' : 'every', name: nameIn(name), in: termOf(only(source.parts, source)), satisfies: inner };
  }, termOf(satisfies));
}

function callOf(node: Node, called: Node): Term {
  const found = functionNames.find((one) => one === called.text.replaceAll(/\s+/g, ' '));
  if (found === undefined) {
    throw new ConditionError(
      'CONDITION_FUNCTION',
      node.from,
      `${JSON.stringify(called.text)} is not a function of conditions; allowed: ${functionNames.join(', ')}`,
    );
  }
  const given = node.parts.find(({ name }) => name.endsWith('Parameters'));
  if (given?.name !== 'PositionalParameters') throw unsupported(node, `${found}(…) with its values in order`);
  const of = inside(given).map(termOf);
  checkCall(node, found, of);
  return { is: 'call', function: found, of };
}

function checkCall(node: Node, name: FunctionName, given: readonly Term[]): void {
  const [least, most] = functions[name].takes;
  if (given.length < least || given.length > most) {
    const allowed = least === most ? String(least) : `${least} or more`;
    throw new ConditionError('CONDITION_FUNCTION', node.from, `"${name}" with ${given.length} values; allowed: ${allowed}`);
  }
  const [date] = given;
  if (name === 'date' && date?.is === 'value' && functions.date.call(date.value) === null) {
    throw new ConditionError(
      'CONDITION_FUNCTION',
      node.from,
      `${JSON.stringify(date.value)} is not a date; allowed: a day such as "2026-10-10"`,
    );
  }
}
