import { parseSync } from 'oxc-parser';

/** Something in a procedure's source that a mutation changes. */
export interface Site {
  readonly n: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** `drop`: a call of the desk, left out. `force`: a condition, taken as true or false. */
  readonly kind: 'drop' | 'force';
  /** What it is called, e.g. `ask receive`, or the condition's own text. */
  readonly text: string;
  readonly clauses: readonly string[];
  /** The values that a condition is taken as. */
  readonly values: readonly boolean[];
}

/** Calls of the desk that can be left out; of a loop, all rounds but the first. */
const verbs = ['ask', 'each', 'standing', 'inform', 'call', 'clock', 'look', 'review', 'wait', 'meanwhile', 'print', 'send', 'loop'];
const predicates = ['filter', 'some', 'every', 'find', 'findLast', 'findIndex'];

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Where what it belongs to ends or begins: the wider one is outside. */
  readonly width: number;
  readonly opens: boolean;
  /** Characters after it that it stands in place of. */
  readonly over?: number;
}

/**
 * The source of a procedure's file in which every site can be switched: `__switch`, imported from
 * `mutation-switch`, stands before calls of the desk and conditions. `first`: the number of its first site.
 */
export function instrument(file: string, source: string, first: number): { readonly code: string; readonly sites: readonly Site[] } {
  const { program, errors } = parseSync(file, source, { preserveParens: false });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const work = new Instrumenting(file, source, first);
  work.walk(program as unknown as Node);
  return { code: work.code(), sites: work.sites };
}

class Instrumenting {
  readonly sites: Site[] = [];
  private readonly insertions: Insertion[] = [];
  private readonly file: string;
  private readonly source: string;
  private readonly first: number;

  constructor(file: string, source: string, first: number) {
    this.file = file;
    this.source = source;
    this.first = first;
  }

  walk(node: Node, decided = false): void {
    switch (node.type) {
      case 'IfStatement':
        this.test(node['test'] as Node, [true, false]);
        break;
      case 'ConditionalExpression':
        this.test(node['test'] as Node, this.ofConditional(node));
        break;
      case 'LogicalExpression':
        if (!decided && node['operator'] !== '??') this.test(node, [true, false]);
        break;
      case 'CallExpression':
        this.call(node);
        break;
    }
    const tests = node.type === 'IfStatement' || node.type === 'ConditionalExpression' ? [node['test']] : [];
    for (const child of childrenOf(node)) this.walk(child, tests.includes(child) || (decided && node.type === 'LogicalExpression'));
  }

  /** `x === undefined ? {} : { x }` taken as false only adds a member that JSON leaves out. */
  private ofConditional({ test, consequent, alternate }: Node): readonly boolean[] {
    const { operator, right } = test as Node & { readonly operator?: string; readonly right?: Node };
    const empty = (node: unknown): boolean =>
      isNode(node) && node.type === 'ObjectExpression' && (node['properties'] as unknown[]).length === 0;
    if (right === undefined || right['name'] !== 'undefined') return [true, false];
    if (operator === '===' && empty(consequent)) return [true];
    return operator === '!==' && empty(alternate) ? [false] : [true, false];
  }

  /** A condition, and the parts of it that `&&` and `||` join. */
  private test(node: Node, values: readonly boolean[]): void {
    this.force(node, values);
    if (node.type !== 'LogicalExpression' || node['operator'] === '??') return;
    const one = node['operator'] === '&&';
    for (const side of ['left', 'right'] as const) this.test(node[side] as Node, [one]);
  }

  private force(node: Node, values: readonly boolean[]): void {
    const n = this.site(node, 'force', this.textOf(node), values);
    this.wrap(node, `(__switch.force(${n}) ?? (`, '))');
  }

  private call(node: Node): void {
    const callee = node['callee'] as Node;
    const [argument] = node['arguments'] as readonly Node[];
    if (callee.type !== 'MemberExpression' || callee['computed'] === true) return;
    const object = callee['object'] as Node;
    const property = callee['property'] as Node & { readonly name: string };
    if (object.type === 'Identifier' && object['name'] === 'desk' && verbs.includes(property.name)) {
      const name =
        argument !== undefined && argument.type === 'Literal'
          ? String(argument['value'])
          : argument === undefined
            ? ''
            : this.textOf(argument);
      const n = this.site(node, 'drop', `${property.name} ${name}`, []);
      this.insertions.push({ at: object.start, text: `__switch.drop(${n}, `, width: callee.end, opens: true });
      this.insertions.push({
        at: object.end,
        text: `, '${property.name}')`,
        width: object.start,
        opens: false,
        over: property.end - object.end,
      });
    } else if (predicates.includes(property.name) && argument !== undefined) {
      const n = this.site(argument, 'force', `${property.name}(${this.textOf(argument)})`, [true, false]);
      this.wrap(argument, `__switch.always(${n}, `, ')');
    }
  }

  private site(node: Node, kind: Site['kind'], text: string, values: readonly boolean[]): number {
    const n = this.first + this.sites.length;
    const line = this.source.slice(0, node.start).split('\n').length;
    this.sites.push({ n, file: this.file, line, kind, text, clauses: this.clausesNear(node), values });
    return n;
  }

  /** The clauses of the comments from the line on which it begins to the one on which it ends. */
  private clausesNear({ start, end }: Node): readonly string[] {
    const from = this.source.lastIndexOf('\n', start) + 1;
    const to = this.source.indexOf('\n', end);
    const comments = this.source.slice(from, to < 0 ? undefined : to).match(/\/\/.*$/gm) ?? [];
    return [...new Set(comments.join(' ').match(/\b[A-Z]{2}-[A-Z]\d+\b/g) ?? [])];
  }

  private wrap({ start, end }: Node, before: string, after: string): void {
    this.insertions.push({ at: start, text: before, width: end, opens: true });
    this.insertions.push({ at: end, text: after, width: start, opens: false });
  }

  private textOf({ start, end }: Node): string {
    const text = this.source.slice(start, end).replace(/\s+/g, ' ');
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  }

  /** What closes comes before what opens at the same place; of two that open there the wider comes first, of two that close the narrower. */
  code(): string {
    const sorted = this.insertions.toSorted(
      (a, b) => a.at - b.at || Number(a.opens) - Number(b.opens) || (a.opens ? b.width - a.width : b.width - a.width),
    );
    let at = 0;
    let code = "import { control as __switch } from 'mutation-switch';\n";
    for (const { at: next, text, over = 0 } of sorted) {
      code += this.source.slice(at, next) + text;
      at = next + over;
    }
    return code + this.source.slice(at);
  }
}

function* childrenOf(node: Node): Iterable<Node> {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'parent') continue;
    if (isNode(value)) yield value;
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) yield item;
  }
}
