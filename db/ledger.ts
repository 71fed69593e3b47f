import { createHash } from 'node:crypto';
import { canon } from '../domain/canonical-json.js';
import type { CaseStatus, Row, TaskRow } from '../domain/engine/ledger.js';
import type { Json } from '../domain/json.js';
import type { CaseRows } from '../ports/case-rows.js';
import { raiseUnjournalled } from './alarms.js';
import { announce, type CaseEvent } from './events.js';
import { type Db, isLockConflict } from './pool.js';
import { storable } from './text.js';

/** A command that the rows bring to its end. */
export interface Finishing {
  readonly id: string;
  /** It is done once the case is at this seq in SQL. */
  readonly seq: number;
  readonly answer: Answer;
}

/** What the journal keeps of a command that was taken: the turn it led to. */
export interface Answer {
  readonly turn: number;
  readonly status: CaseStatus;
  readonly flying: number;
}

/** Where a case stands in SQL. */
export interface Applied {
  /** Last ledger row; 0: SQL does not know the case. */
  readonly seq: number;
  readonly turn: number;
  readonly digest: string;
  readonly status: CaseStatus;
  readonly flying: number;
  /** Rows are missing before those that were given. */
  readonly gap: boolean;
  readonly openTasks: readonly TaskRow[];
}

/**
 * Takes ledger rows of a case into SQL, in one statement and one transaction: only those that follow what is there, in order. Rows that are
 * there already are passed over, so it may be done again at any time, by any process. Returns where the case then stands.
 */
export async function applyRows(db: Db, caseId: string, rows: readonly Row[], finishing?: Finishing): Promise<Applied> {
  const values = [
    caseId,
    `[${rows.map(textOf).join(',')}]`,
    contentsOf(rows),
    finishing?.id ?? null,
    finishing?.seq ?? null,
    finishing === undefined ? null : JSON.stringify(finishing.answer),
  ];
  for (let attempt = 1; ; attempt++) {
    try {
      const { rows: found } = await db.query<{ applied: Applied & { readonly event: CaseEvent | null } }>({
        name: 'gendan_apply',
        text: 'select gendan_apply($1, $2, $3, $4, $5, $6) as applied',
        values,
      });
      const { event, ...applied } = (found[0] as (typeof found)[number]).applied;
      if (event !== null) announce(db, event);
      // The command at hand is in the journal, or it would not be here; of others that is known only by looking.
      const others = [...new Set(rows.flatMap(({ command }) => command ?? []))].filter((command) => command !== finishing?.id);
      if (event !== null && others.length > 0) await raiseUnjournalled(db, caseId, others);
      return applied;
    } catch (cause) {
      if (attempt >= 5 || !isLockConflict(cause)) throw cause;
    }
  }
}

/** The port that the activity `record` writes to. */
export function caseRows(db: Db): CaseRows {
  return { apply: (caseId, rows) => applyRows(db, caseId, rows) };
}

/** The text of a row in the ledger: canonical JSON, without the contents it brought. */
export function textOf(row: Row): string {
  const { contents: _contents, ...rest } = row;
  return storable(canon(rest as unknown as Json));
}

/** All contents of the rows as one JSON text by hash; null when there are none. */
function contentsOf(rows: readonly Row[]): string | null {
  const members = new Map(rows.flatMap((row) => Object.entries(row.contents ?? {})));
  if (members.size === 0) return null;
  return `{${[...members].map(([hash, value]) => `${JSON.stringify(hash)}:${storable(JSON.stringify(value))}`).join(',')}}`;
}

/** What a check of a case's ledger found. `brokenAt`: the first row that is not what it was, or that is missing. */
export type ChainCheck = { readonly ok: true; readonly rows: number } | { readonly ok: false; readonly brokenAt: number };

const page = 500;

/** Computes a case's hash chain anew, row by row from the texts in the ledger, and compares it with the hashes kept and with the case's own. */
export async function verifyChain(db: Db, caseId: string): Promise<ChainCheck> {
  let chain = createHash('sha256').update(caseId).digest();
  let seq = 0;
  for (;;) {
    const { rows } = await db.query<{ seq: number; row: string; hash: Buffer }>(
      'select seq, row::text as row, hash from ledger where case_id = $1 and seq > $2 order by seq limit $3',
      [caseId, seq, page],
    );
    for (const { seq: found, row, hash } of rows) {
      chain = createHash('sha256').update(chain).update(row).digest();
      if (found !== seq + 1 || !chain.equals(hash)) return { ok: false, brokenAt: seq + 1 };
      seq = found;
    }
    if (rows.length < page) break;
  }
  const { rows } = await db.query<{ seq: number; chain: Buffer }>('select seq, chain from kase where id = $1', [caseId]);
  const own = rows[0];
  if (own === undefined ? seq > 0 : own.seq !== seq || !own.chain.equals(chain))
    return { ok: false, brokenAt: Math.min(seq, own?.seq ?? 0) + 1 };
  return { ok: true, rows: seq };
}
