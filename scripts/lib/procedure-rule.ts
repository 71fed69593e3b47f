import { createRequire } from 'node:module';

/** One violation of rule R5: the line (from 1) and what is not allowed there. */
export interface ProcedureFault {
  line: number;
  what: string;
}

type Node = { type: string; span?: { start: number } } & Record<string, unknown>;
type Parse = (source: string, options: { syntax: 'typescript'; target: string }) => Node;

// The parser that Temporal's worker brings for bundling workflows: what it takes for a procedure is what is checked here.
const fromWorker = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker'));
const { parseSync } = fromWorker('@swc/core') as { parseSync: Parse };

const statements: Record<string, string> = {
  TryStatement: 'try/catch: a pass ends by throwing, and catching it would swallow the end',
  AwaitExpression: 'await: a procedure is synchronous',
  YieldExpression: 'yield: a procedure is synchronous',
};

const globals: Record<string, string> = {
  Date: 'Date: times come from the subject and from the desk',
  Promise: 'Promise: a procedure is synchronous',
  performance: 'clock',
  setTimeout: 'timer: deadlines are the policy and desk.clock',
  setInterval: 'timer: deadlines are the policy and desk.clock',
  queueMicrotask: 'microtask: a procedure is synchronous',
  crypto: 'random',
  fetch: 'I/O: the outside is desk.call and desk.look',
  console: 'I/O: a procedure is rendered many times',
  process: 'I/O',
  globalThis: 'global state',
  require: 'require',
  eval: 'eval',
};

/**
 * What in a procedure's source breaks rule R5: it is synchronous and everything that influences its path comes from subject, policy or
 * desk. No async, await, promise, generator, clock, random, I/O, try/catch, module state; imports only from domain/ and its own folder.
 */
export function procedureFaults(source: string): ProcedureFault[] {
  const lead = ';';
  const program = parseSync(lead + source, { syntax: 'typescript', target: 'es2022' });
  const bytes = Buffer.from(lead + source);
  const base = program.span?.start ?? 0;
  const faults: ProcedureFault[] = [];
  const add = (node: Node, what: string): void => {
    const line = bytes
      .subarray(0, (node.span?.start ?? base) - base)
      .toString('utf8')
      .split('\n').length;
    if (!faults.some((fault) => fault.line === line && fault.what === what)) faults.push({ line, what });
  };
  for (const item of program['body'] as Node[]) checkModuleItem(item, add);
  visit(program, undefined, '', (node, parent, key) => {
    const what = faultOf(node, parent, key);
    if (what !== undefined) add(node, what);
  });
  return faults.sort((one, other) => one.line - other.line);
}

function checkModuleItem(item: Node, add: (node: Node, what: string) => void): void {
  const from = (item['source'] as { value?: string } | undefined)?.value;
  if (from !== undefined && item['typeOnly'] !== true && !isAllowedImport(from))
    add(item, `import of ${from}: only domain/ and the own folder`);
  const declaration = item.type === 'ExportDeclaration' ? (item['declaration'] as Node) : item;
  if (declaration.type !== 'VariableDeclaration') return;
  if (declaration['kind'] !== 'const') add(declaration, `${String(declaration['kind'])} at the top: module state`);
  for (const { init } of declaration['declarations'] as { init?: Node }[]) {
    if (init?.type === 'NewExpression') add(init, 'new at the top: module state');
  }
}

function isAllowedImport(from: string): boolean {
  return /^(\.\/[^/]+|(\.\.\/)+domain\/.+)$/.test(from);
}

function faultOf(node: Node, parent: Node | undefined, key: string): string | undefined {
  if (statements[node.type] !== undefined) return statements[node.type];
  if (node['async'] === true) return 'async: a procedure is synchronous';
  if (node['generator'] === true) return 'generator: a procedure is synchronous';
  if (node.type === 'CallExpression' && (node['callee'] as Node).type === 'Import') return 'import(): a procedure is synchronous';
  if (node.type === 'MemberExpression' && nameOf(node['object']) === 'Math' && nameOf(node['property']) === 'random') return 'Math.random';
  if (node.type !== 'Identifier' || isName(parent, key)) return undefined;
  const name = String(node['value']);
  return Object.hasOwn(globals, name) ? globals[name] : undefined;
}

/** Whether an identifier only names a member, a property or a type, and so means no global. */
function isName(parent: Node | undefined, key: string): boolean {
  if (parent === undefined) return false;
  if (parent.type.startsWith('Ts')) return true;
  return (parent.type === 'MemberExpression' && key === 'property') || key === 'key' || key === 'imported' || key === 'orig';
}

function nameOf(value: unknown): string | undefined {
  const node = value as Node | undefined;
  if (node?.type === 'Identifier' || node?.type === 'StringLiteral') return String(node['value']);
  return node?.type === 'Computed' ? nameOf(node['expression']) : undefined;
}

function visit(
  value: unknown,
  parent: Node | undefined,
  key: string,
  see: (node: Node, parent: Node | undefined, key: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, parent, key, see);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const holder = 'type' in value && typeof value.type === 'string' ? (value as Node) : undefined;
  if (holder !== undefined) see(holder, parent, key);
  for (const [name, child] of Object.entries(value)) visit(child, holder ?? parent, holder === undefined ? key : name, see);
}
