import { clear, raise } from '../../db/alarms.js';
import { type Applied, applyRows } from '../../db/apply.js';
import { type Context, database } from './context.js';
import { askView } from './temporal.js';

/** How SQL and a workflow compare once SQL has taken what it could. */
export interface Comparison {
  readonly applied: Applied;
  /** SQL has all that the workflow has. `missing`: there is no workflow to ask. */
  readonly state: 'same' | 'behind' | 'ahead' | 'missing';
}

/** Reads what SQL lacks from the workflow, page by page, and applies it. Raises and ends the alarms about the two sides. Throws Unavailable. */
export async function catchUp(context: Context, caseId: string): Promise<Comparison> {
  const { pool } = context;
  let applied = await database(true, () => applyRows(pool, caseId, []));
  for (;;) {
    const before = applied;
    const view = await askView(context, caseId, before.seq);
    if (view === undefined) return { applied, state: 'missing' };
    if (view.seq < before.seq || view.turn < before.turn) {
      await database(true, () => raise(pool, caseId, 'sql-ahead', { sql: before.seq, workflow: view.seq }));
      return { applied, state: 'ahead' };
    }
    // Also without rows: another process may have brought and acknowledged them since SQL was read.
    if (view.seq > before.seq) applied = await database(true, () => applyRows(pool, caseId, view.rows));
    if (applied.seq >= view.seq) {
      const differs = applied.seq === view.seq && applied.turn === view.turn && applied.digest !== view.digest;
      if (differs) await database(true, () => raise(pool, caseId, 'edition-mismatch', { turn: view.turn, edition: view.edition }));
      await database(true, () => clear(pool, caseId, ['projection-behind', 'sql-ahead', 'workflow-missing']));
      return { applied, state: 'same' };
    }
    if (applied.seq === before.seq) {
      await database(true, () => raise(pool, caseId, 'projection-behind', { sql: before.seq, workflow: view.seq }));
      return { applied, state: 'behind' };
    }
  }
}
