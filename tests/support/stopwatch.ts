interface Alarm {
  readonly name: string;
  /** How much running time is left until it goes off; below zero afterwards. */
  left: number;
  /** When it went off. */
  hitAt: number | undefined;
  told: boolean;
}

/** A stop since some moment; without an end it lasts until it is taken away. */
export interface Stop {
  readonly until: number | undefined;
}

/** The time of a task as the oracle keeps it: a countdown for each alarm, all of which stand still together. Knows no spans, pauses or due times. */
export class Stopwatch {
  private readonly alarms: Alarm[];
  /** The hold of the task itself. */
  hold: Stop | undefined;

  /** @param alarms names, and after how much running time each goes off, milliseconds */
  constructor(alarms: Readonly<Record<string, number>>) {
    this.alarms = Object.entries(alarms).map(([name, left]) => ({ name, left, hitAt: undefined, told: false }));
  }

  /** Running time passes. */
  run(from: number, ms: number): void {
    for (const alarm of this.alarms) {
      if (alarm.hitAt === undefined && alarm.left <= ms) alarm.hitAt = from + alarm.left;
      alarm.left -= ms;
    }
  }

  /** What has gone off since it was last asked, in the order of its time. */
  rung(): readonly string[] {
    const news = this.alarms.filter(({ hitAt, told }) => hitAt !== undefined && !told).sort((a, b) => (a.hitAt ?? 0) - (b.hitAt ?? 0));
    for (const alarm of news) alarm.told = true;
    return news.map(({ name }) => name);
  }

  /** When an alarm went off or will, as things stand. Undefined: nobody knows, since it stands still without an end. */
  moment(name: string, now: number, stops: readonly Stop[]): number | undefined {
    const alarm = this.alarms.find((one) => one.name === name);
    if (alarm === undefined || alarm.hitAt !== undefined) return alarm?.hitAt;
    if (stops.some(({ until }) => until === undefined)) return undefined;
    return Math.max(now, ...stops.map(({ until }) => until ?? 0)) + alarm.left;
  }

  /** All alarms but one, with their moments; those struck as such. */
  plan(without: string, now: number, stops: readonly Stop[]): readonly string[] {
    return this.alarms.flatMap(({ name, told }) => {
      const at = this.moment(name, now, stops);
      return name === without || at === undefined ? [] : [`${name} ${told ? 'struck' : at}`];
    });
  }
}
