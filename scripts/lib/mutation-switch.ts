import type { Desk } from '../../domain/engine/procedure.js';
import type { Json, JsonObject } from '../../domain/json.js';
import { sampleData } from '../../domain/policy/form.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';

type Predicate = (...all: readonly never[]) => unknown;
type Method = (...all: readonly never[]) => unknown;

/** Which site is changed and how, for whom, and what was passed; bundled with the procedures that it is in. */
class Control {
  active: { readonly n: number; readonly value?: boolean } | undefined;
  policy: ProcedurePolicy | undefined;
  /** What each effect answered where nothing is changed, by name. */
  results: Readonly<Record<string, Json>> = {};
  readonly passed = new Set<number>();

  /** The value that a condition is taken as; undefined: its own. */
  force(n: number): boolean | undefined {
    return this.isActive(n) ? this.active?.value : undefined;
  }

  /** A predicate, or one that always says the same. */
  always(n: number, predicate: Predicate): Predicate {
    return this.isActive(n) ? () => this.active?.value : predicate;
  }

  /** A method of the desk, or what takes its place when its call is left out: what is asked is answered without anybody being asked. */
  drop(n: number, desk: Desk<never>, verb: keyof Desk<never>): Method {
    if (this.isActive(n)) return leftOut[verb]?.bind(undefined, desk as never) ?? (() => undefined);
    return (desk[verb] as unknown as Method).bind(desk);
  }

  private isActive(n: number): boolean {
    this.passed.add(n);
    return this.active?.n === n;
  }
}
export const control = new Control();

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
