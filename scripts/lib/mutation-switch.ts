import type { Desk } from '../../domain/engine/procedure.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import { sampleData } from '../../domain/policy/sample.js';

/** Which site is changed and how, for whom, and what was passed; bundled with the procedures that it is in. */
export const control: {
  active: { readonly n: number; readonly value?: boolean } | undefined;
  policy: ProcedurePolicy | undefined;
  /** What each effect answered where nothing is changed, by name. */
  results: Readonly<Record<string, Json>>;
  readonly passed: Set<number>;
} = { active: undefined, policy: undefined, results: {}, passed: new Set() };

function isActive(n: number): boolean {
  control.passed.add(n);
  return control.active?.n === n;
}

/** The value that a condition is taken as; undefined: its own. */
export const __force = (n: number): boolean | undefined => (isActive(n) ? control.active?.value : undefined);

type Predicate = (...all: readonly never[]) => unknown;
/** A predicate, or one that always says the same. */
export const __always = (n: number, predicate: Predicate): Predicate => (isActive(n) ? () => control.active?.value : predicate);

type Method = (...all: readonly never[]) => unknown;

/** A method of the desk, or what takes its place when its call is left out: what is asked is answered without anybody being asked. */
export function __drop(n: number, desk: Desk<never>, verb: keyof Desk<never>): Method {
  if (isActive(n)) return leftOut[verb]?.bind(undefined, desk as never) ?? (() => undefined);
  return (desk[verb] as unknown as Method).bind(desk);
}

type Item = (item: unknown) => string;
const answered = { ref: 'left-out', by: 'nobody', at: 0, overdue: false };

const leftOut: Partial<Record<string, (desk: Desk<never>, name: never, ...more: readonly never[]) => unknown>> = {
  ask: (_, step: string) => ({ ...answered, ...answerTo(step) }),
  each: (_, step: string, items: readonly unknown[], id: Item) =>
    items.map((item) => {
      const line = id(item);
      const { lines } = answerTo(step, line).data;
      return { ...answered, id: line, item, data: (lines as JsonObject | undefined)?.[line] ?? {} };
    }),
  standing: () => [],
  review: () => ({ outcome: 'approved', answers: [] }),
  call: (_, effect: string) => control.results[effect] ?? null,
  print: (_, paper: string) => control.results[paper] ?? control.results['print'] ?? null,
  look: () => ({}),
  wait: () => ({}),
  loop: (desk, name: string, round: (n: number) => unknown) => desk.loop(name, (n) => round(n) ?? null),
};

/** The first answer that is no "no", every field filled. */
function answerTo(step: string, line = '1'): { readonly outcome: string; readonly data: JsonObject } {
  const policy = control.policy?.steps[step];
  const [outcome = 'done'] = Object.entries(policy?.outcomes ?? {}).flatMap(([id, { rejects }]) => (rejects === true ? [] : [id]));
  return { outcome, data: (policy === undefined ? undefined : sampleData(policy, [line])[outcome]) ?? { outcome } };
}
