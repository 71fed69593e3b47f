import { describe, expect, it } from 'vitest';
import type { Desk } from '../../domain/engine/procedure.js';
import { libraryFile, libraryOf } from '../../domain/policy/library.js';
import { parseProcedureFile } from '../../domain/policy/parse.js';
import type { Shipment } from '../../domain/shipments/shipment.js';
import { policyTypes, registries } from '../../policies/types.js';
import type { ShipmentRoutineNames, ShipmentRoutineSteps } from '../../workflows/jinhui/policy.js';

const text = `procedure: small-intake
implementation: acmeSmallIntake
name: { en: Intake, zh: 接单, id: Intake }
clauses: [AC-A1]
startedBy: [clerk]
managedBy: [clerk]
repairedBy: [clerk]
steps:
  review:
    kind: decide
    name: { en: Review, zh: 审核, id: Periksa }
    clauses: [AC-A1]
    roles: [clerk]
    outcomes:
      good: { en: a, zh: a, id: a }
      fair: { en: a, zh: a, id: a }
      bad:
        name: { en: a, zh: a, id: a }
        fields:
          why: { name: { en: a, zh: a, id: a }, type: choice, choices: { late: { en: a, zh: a, id: a }, dear: { en: a, zh: a, id: a } } }
          when?: { name: { en: a, zh: a, id: a }, type: date }
          sure: { name: { en: a, zh: a, id: a }, type: boolean }
          marks: { name: { en: a, zh: a, id: a }, type: verdicts, of: findings, choices: { right: { en: a, zh: a, id: a } } }
    fields: { note?: { name: { en: a, zh: a, id: a }, type: text } }
  weigh:
    kind: table
    name: { en: Weigh, zh: 称, id: Timbang }
    clauses: [AC-A1]
    roles: [clerk]
    outcome: { weighed: { en: a, zh: a, id: a } }
    fields: { grams: { name: { en: a, zh: a, id: a }, type: integer } }
readings: { order: { en: a, zh: a, id: a } }
effects: { send: { en: a, zh: a, id: a } }
values: { starts: { is: now, of: [now, later] }, days: { is: 2 } }
`;

describe('the types of a policy', () => {
  const parsed = parseProcedureFile(text, 'f.yaml', libraryOf(libraryFile.parse({}), undefined));
  it('are of a policy that is right', () => {
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });
  const types = parsed.ok ? policyTypes('acme', ['clerk'], [parsed.source]) : parsed.errors.join('\n');
  const part = (from: string) => types.slice(types.indexOf(from)).replaceAll(/\s+/g, ' ');

  it('say what each form brings back, outcomes that bring the same as one', () => {
    expect(part('export type')).toContain(
      'export type SmallIntakeSteps = { "review": { readonly outcome: "good" | "fair"; readonly "note"?: string; } | {',
    );
    expect(part('export type')).toContain(
      '| { readonly outcome: "bad"; readonly "why": "late" | "dear"; readonly "when"?: string; readonly "sure": boolean; readonly "marks"?: Verdicts<"right">; };',
    );
    expect(part('export type')).toContain('"weigh": { readonly "grams": number; };');
  });

  it('say what else may be named', () => {
    expect(part('export interface')).toBe(
      'export interface SmallIntakeNames { readonly roles: Roles; readonly reviews: never; readonly clocks: never; readonly notices: never; readonly effects: "send"; readonly readings: "order"; readonly values: { readonly "starts": "now" | "later"; readonly "days": number; }; } ',
    );
  });

  it('and the list of procedures follow from what policies name', () => {
    const { procedures, index } = registries([
      { company: 'acme', policy: { procedure: 'small-intake', implementation: 'acmeSmallIntake' }, exported: 'smallIntake' },
    ]);
    expect(procedures).toContain("import { smallIntake } from './acme/small-intake.js';");
    expect(procedures).toContain('acmeSmallIntake: smallIntake');
    expect(index).toContain('export const acmeSmallIntake = caseWorkflow(procedures.acmeSmallIntake);');
  });
});

/** Never run: what the compiler refuses is the test, and an error that it does not see is one. */
export function mistyped(desk: Desk<Shipment, ShipmentRoutineSteps, ShipmentRoutineNames>): void {
  const shows = {};
  // @ts-expect-error no such step
  desk.ask('prepair', { shows });
  // @ts-expect-error no such outcome
  if (desk.ask('prepare', { shows }).outcome === 'done') return;
  // @ts-expect-error no such notice
  desk.inform('notice-to-warehose', { to: 'warehouse-keeper', shows });
  // @ts-expect-error no such role
  desk.inform('notice-to-warehouse', { to: 'warehouse', shows });
  // @ts-expect-error no such reading
  desk.look('credits', shows);
  // @ts-expect-error a reading changes nothing
  desk.call('credit', shows);
  // @ts-expect-error no such effect
  desk.call('ship-good', shows);
  // @ts-expect-error no such review
  desk.review('releases', { shows });
  // @ts-expect-error no such clock
  desk.clock('reply', { from: 0, until: 'prepare' });
  // @ts-expect-error no such value
  desk.policy('notice-day');
  // @ts-expect-error a number
  desk.policy('notice-days').trim();
}
