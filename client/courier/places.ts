import { Unavailable } from './contract.js';

/** Commands of one case that this process sends at once; the journal counts those of all processes. */
const width = 8;

interface Line {
  going: number;
  readonly waiting: (() => void)[];
}

/** Lets at most eight commands of a case go at once, the others in the order they came, and joins those of the same id. */
export class Places {
  private readonly lines = new Map<string, Line>();
  private readonly patienceMs: number;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** Does the work when there is a place. Throws Unavailable when there is none in time; then nothing has been done. */
  async take<T>(caseId: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(caseId) ?? { going: 0, waiting: [] };
    this.lines.set(caseId, line);
    if (line.going < width) line.going++;
    else await this.queue(line);
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next !== undefined) next();
      else if (--line.going === 0) this.lines.delete(caseId);
    }
  }

  /** Resolves when a place is handed over. */
  private queue(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        line.waiting.splice(line.waiting.indexOf(go), 1);
        reject(new Unavailable('TEMPORAL_UNAVAILABLE', false));
      }, this.patienceMs);
      line.waiting.push(go);
    });
  }
}
