import { parseExpression } from 'feelin';

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
