import type { WorkflowClientInterceptor } from '@temporalio/client';
import type pg from 'pg';
import { createPool } from '../../db/pool.js';

/**
 * Between which two arrows of architecture §3 a command is held:
 * `journalled` — written down, not sent · `sent` — on its way to Temporal, nothing heard · `answered` — Temporal has it, SQL not ·
 * `applied` — SQL has it, the caller not.
 */
export const steps = ['journalled', 'sent', 'answered', 'applied'] as const;
export type Step = (typeof steps)[number];

type Query = (config: unknown, ...rest: unknown[]) => Promise<pg.QueryResult<Record<string, unknown>>>;

/**
 * Holds commands of a dispatcher between two arrows, from outside: in the statements and Temporal calls that it makes, so that the dispatcher
 * itself knows nothing of it. Each armed case is held once; the runner then kills or releases.
 */
export class Holds {
  private readonly armed = new Map<string, Step>();
  private readonly held: (() => void)[] = [];
  private readonly onHeld: (caseId: string, step: Step) => void;

  constructor(onHeld: (caseId: string, step: Step) => void) {
    this.onHeld = onHeld;
  }

  arm(points: Readonly<Record<string, Step>>): void {
    for (const [caseId, step] of Object.entries(points)) this.armed.set(caseId, step);
  }

  /** Lets all go that are held, and holds nobody any more. */
  release(): void {
    this.armed.clear();
    for (const go of this.held.splice(0)) go();
  }

  /** A pool whose statements of the journal and of the rows are held. */
  pool(options: Parameters<typeof createPool>[0]): pg.Pool {
    const pool = createPool(options);
    const query: Query = pool.query.bind(pool) as Query;
    const watched: Query = async (config, ...rest) => {
      const { name, values } = named(config);
      const ends = name === 'gendan_apply' && values[3] !== null;
      if (ends) await this.at('answered', values[0]);
      const result = await query(config, ...rest);
      if (name === 'gendan_submit') await this.at('journalled', values[1]);
      if (ends) await this.at('applied', values[0]);
      return result;
    };
    pool.query = watched as typeof pool.query;
    return pool;
  }

  /** Calls to Temporal that are held. */
  readonly interceptor: WorkflowClientInterceptor = {
    startUpdate: async (input, next) => this.whileUnderWay('sent', input.workflowExecution.workflowId, next(input)),
    startUpdateWithStart: async (input, next) => this.whileUnderWay('sent', input.workflowStartOptions.workflowId, next(input)),
  };

  private async whileUnderWay<T>(step: Step, caseId: string | undefined, call: Promise<T>): Promise<T> {
    call.catch(() => undefined);
    await this.at(step, caseId);
    return call;
  }

  private async at(step: Step, caseId: unknown): Promise<void> {
    if (typeof caseId !== 'string' || this.armed.get(caseId) !== step) return;
    this.armed.delete(caseId);
    this.onHeld(caseId, step);
    await new Promise<void>((resolve) => this.held.push(resolve));
  }
}

function named(config: unknown): { readonly name?: unknown; readonly values: readonly unknown[] } {
  if (typeof config !== 'object' || config === null) return { values: [] };
  const { name, values } = config as { readonly name?: unknown; readonly values?: readonly unknown[] };
  return { name, values: values ?? [] };
}
