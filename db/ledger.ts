import { createHash } from 'node:crypto';
import type { Db } from './pool.js';

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
