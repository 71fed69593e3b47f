import type { EffectAction } from '../engine/facts.js';
import type { RowType } from '../engine/ledger.js';
import { type ProcedureContext } from '../engine/procedure.js';
import { migrate } from '../engine/snapshot.js';
import type { CaseState } from '../engine/state.js';
import { textOf } from '../json.js';

/** What a move to another edition would do to one case; codes and keys, put into words at the edge. */
export interface Rehearsal {
  readonly caseId: string;
  readonly from: string;
  readonly to: string;
  /** Keys of tasks, by what would become of them. Tasks not named stay as they are. */
  readonly opens: readonly string[];
  readonly revises: readonly string[];
  readonly suspends: readonly string[];
  readonly resumes: readonly string[];
  readonly withdraws: readonly string[];
  /** Tasks that go on under another name. */
  readonly renames?: readonly { readonly from: string; readonly to: string }[];
  /** Recorded answers that would no longer stand. */
  readonly drops: readonly { readonly key: string; readonly by: string; readonly at: number }[];
  readonly effects: readonly { readonly key: string; readonly action: EffectAction }[];
  readonly closes: boolean;
  /** The procedure cannot take the case: the move must not be made. */
  readonly fault?: { readonly code: string; readonly detail: string };
}

/** Tries a move out: the same as the move itself, without a server and without effect. `now` in epoch milliseconds. */
export function rehearse(context: ProcedureContext, snapshot: CaseState, edition: string, now: number): Rehearsal {
  const { rows, state } = migrate(context, snapshot, edition, now);
  const keys = (...types: readonly RowType[]): string[] =>
    rows.flatMap((row) => (row.task !== undefined && types.includes(row.type) ? [row.task.key] : []));
  const voided = new Set(rows.flatMap((row) => (row.type === 'voided' ? ((row.body?.['refs'] ?? []) as readonly string[]) : [])));
  const renames = rows.flatMap(({ type, task, body }) =>
    type === 'renamed' && task !== undefined ? [{ from: textOf(body?.['key']), to: task.key }] : [],
  );
  const fault = rows.find((row) => row.type === 'faulted')?.body;
  return {
    caseId: snapshot.start.caseId,
    from: snapshot.edition,
    to: edition,
    opens: keys('opened', 'reopened'),
    revises: keys('revised'),
    suspends: keys('suspended'),
    resumes: keys('resumed'),
    withdraws: keys('withdrawn'),
    ...(renames.length === 0 ? {} : { renames }),
    drops: snapshot.facts.flatMap((fact) =>
      fact.kind === 'answered' && [...voided].some((ref) => ref.split(':', 1)[0] === String(fact.n))
        ? [{ key: fact.key, by: fact.by, at: fact.at }]
        : [],
    ),
    effects: rows.flatMap((row) => (row.effect?.state === 'flying' ? [{ key: row.effect.key, action: row.effect.action }] : [])),
    closes: state.status === 'closed' || state.status === 'closing',
    ...(fault === undefined ? {} : { fault: { code: textOf(fault['code']), detail: textOf(fault['detail']) } }),
  };
}
