import type { Measured } from './rounds.js';
import { median } from './statistics.js';

/** One line of the table: a figure beside its goal (../docs/performance.md). */
export interface Line {
  readonly goal: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly must?: number;
  readonly aim?: number;
  /** A larger value is better. */
  readonly rising?: true;
  /** Absolute values behind it, for orientation only. */
  readonly note?: string;
}

type Figure = 'ordersPerSecond' | 'cpuMs' | 'hopP50' | 'hopP99' | 'seenP50' | 'seenP99';

/** Medians over the rounds of `leg` ÷ `floor`, each pair from the same round. `of` is the floor's figure where it has another name. */
export function pairedRatio(measured: readonly Measured[], leg: string, floor: string, figure: Figure, of: Figure = figure): number {
  const rounds = [...new Set(measured.map(({ round }) => round))];
  const find = (name: string, round: number): Measured | undefined => measured.find((one) => one.leg === name && one.round === round);
  return median(rounds.map((round) => (find(leg, round)?.[figure] ?? Number.NaN) / (find(floor, round)?.[of] ?? Number.NaN)));
}

/** The median of one leg's figure over the rounds. */
export function middle(measured: readonly Measured[], leg: string, figure: Figure): number {
  return median(measured.filter((one) => one.leg === leg).map((one) => one[figure]));
}

/** The lines of G1, G2, the hops and G4. */
export function ratioLines(measured: readonly Measured[], leg: string, floor: string): readonly Line[] {
  const both = (figure: Figure, unit: string, of: Figure = figure): string =>
    `${middle(measured, leg, figure).toFixed(1)} : ${middle(measured, floor, of).toFixed(1)} ${unit}`;
  const ratio = (figure: Figure, of?: Figure): number => pairedRatio(measured, leg, floor, figure, of);
  const misses = measured.filter((one) => one.leg === leg).reduce((sum, one) => sum + one.misses, 0);
  return [
    {
      goal: 'G1',
      what: `orders a second ÷ ${floor}`,
      value: ratio('ordersPerSecond'),
      unit: '',
      must: 0.6,
      aim: 0.9,
      rising: true,
      note: both('ordersPerSecond', 'orders/s'),
    },
    { goal: 'G2', what: `CPU an order ÷ ${floor}`, value: ratio('cpuMs'), unit: '', must: 1.6, aim: 1.15, note: both('cpuMs', 'ms') },
    { goal: '', what: `hop p50 ÷ ${floor}`, value: ratio('hopP50'), unit: '', note: both('hopP50', 'ms') },
    { goal: '', what: `hop p99 ÷ ${floor}`, value: ratio('hopP99'), unit: '', note: both('hopP99', 'ms') },
    {
      goal: '',
      what: `next task read p50 ÷ ${floor} hop`,
      value: ratio('seenP50', 'hopP50'),
      unit: '',
      note: both('seenP50', 'ms', 'hopP50'),
    },
    {
      goal: '',
      what: `next task read p99 ÷ ${floor} hop`,
      value: ratio('seenP99', 'hopP99'),
      unit: '',
      note: both('seenP99', 'ms', 'hopP99'),
    },
    { goal: 'G4', what: 'next task not in the inbox', value: misses, unit: '', must: 0, aim: 0 },
  ];
}

/** What sealing costs: the product beside itself with nothing sealed, from the same rounds. */
export function sealingLines(measured: readonly Measured[], sealed: string, plain: string): readonly Line[] {
  const line = (what: string, figure: Figure, unit: string): Line => ({
    goal: '',
    what: `sealed ÷ plain: ${what}`,
    value: pairedRatio(measured, sealed, plain, figure),
    unit: '',
    note: `${middle(measured, sealed, figure).toFixed(1)} : ${middle(measured, plain, figure).toFixed(1)} ${unit}`,
  });
  return [line('orders a second', 'ordersPerSecond', 'orders/s'), line('CPU an order', 'cpuMs', 'ms'), line('hop p50', 'hopP50', 'ms')];
}

/** Where each leg's CPU time goes: milliseconds an order by process, medians over the rounds. */
export function partsTable(measured: readonly Measured[]): string {
  return [...new Set(measured.map(({ leg }) => leg))]
    .map((leg) => {
      const own = measured.filter((one) => one.leg === leg);
      const parts = [...new Set(own.flatMap(({ cpuMsBy }) => Object.keys(cpuMsBy)))];
      return `CPU an order, ${leg}: ${parts.map((part) => `${part} ${median(own.map(({ cpuMsBy }) => cpuMsBy[part] ?? 0)).toFixed(1)} ms`).join(', ')}`;
    })
    .join('\n');
}

/** The table as it is printed. It tells; it never fails. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map(({ goal, what, value, unit, must, aim, rising, note }) => {
    const met = must === undefined ? '' : reached(value, aim, rising) ? 'aim' : reached(value, must, rising) ? 'must' : 'MISSED';
    return [goal, what, `${figure(value)} ${unit}`.trim(), limit(must), limit(aim), met, note ?? ''];
  });
  const all = [['goal', 'what', 'median', 'must', 'aim', 'reached', 'behind it'], ...rows];
  const widths = (all[0] as string[]).map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const reached = (value: number, bound: number | undefined, rising?: true): boolean =>
  bound !== undefined && (rising ? value >= bound : value <= bound);
const limit = (value: number | undefined): string => (value === undefined ? '' : String(value));
const figure = (value: number): string =>
  Number.isInteger(value) ? String(value) : Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
