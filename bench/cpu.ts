import { readdirSync, readFileSync } from 'node:fs';

/** A process whose CPU time counts as a leg's. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** Without its children; otherwise with all its descendants, those that have ended included. */
  readonly alone?: true;
}

/** CPU seconds since some moment in the past; only differences say something. */
export interface CpuReading {
  readonly at: number;
  /** By name of part. */
  readonly parts: Readonly<Record<string, number>>;
  /** All processes of the machine, and what the hypervisor took away; interrupts are nobody's. */
  readonly machine: number;
  readonly cores: number;
}

/** Ticks of /proc per second: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Reads /proc (Linux only). */
export function readCpu(parts: readonly Part[]): CpuReading {
  const processes = processTimes();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of processes) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const treeTime = (pid: number): number => {
    const times = processes.get(pid);
    if (times === undefined) return 0;
    return times.own + times.reaped + (children.get(pid) ?? []).reduce((sum, child) => sum + treeTime(child), 0);
  };
  const timeOf = ({ pid, alone }: Part): number => (alone ? (processes.get(pid)?.own ?? 0) : treeTime(pid));
  const stat = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = (stat[0] ?? '').split(/\s+/).slice(1).map(Number);
  return {
    at: performance.now(),
    parts: Object.fromEntries(parts.map((part) => [part.name, timeOf(part) / ticksPerSecond])),
    machine: (user + nice + system + steal) / ticksPerSecond,
    cores: stat.filter((line) => /^cpu\d/.test(line)).length,
  };
}

/** What lies between two readings: CPU seconds by part, and the share of the machine that others used. */
export function between(
  before: CpuReading,
  after: CpuReading,
): { readonly parts: Readonly<Record<string, number>>; readonly seconds: number; readonly foreignShare: number } {
  const parts = Object.fromEntries(Object.entries(after.parts).map(([name, time]) => [name, time - (before.parts[name] ?? 0)]));
  const seconds = Object.values(parts).reduce((sum, time) => sum + time, 0);
  const capacity = ((after.at - before.at) / 1000) * after.cores;
  return { parts, seconds, foreignShare: Math.max(0, after.machine - before.machine - seconds) / capacity };
}

interface Times {
  readonly parent: number;
  readonly own: number;
  /** Of children that have ended. */
  readonly reaped: number;
}

function processTimes(): ReadonlyMap<number, Times> {
  const found = new Map<number, Times>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [, parent = 0, , , , , , , , , , user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = fields;
      found.set(Number(name), { parent, own: user + system, reaped: reapedUser + reapedSystem });
    } catch {
      // it has ended meanwhile
    }
  }
  return found;
}
