import type { Posted, ReturnBooks } from '../ports/books.js';
import type { Db } from './pool.js';

/** Returns in the built-in trade books. */
export function createReturnBooks(db: Db): ReturnBooks {
  return {
    async takeBack({ key, caseId, company, order, lines }) {
      const asked = JSON.stringify({ key, case: caseId, company, order, lines });
      const { rows } = await db.query<{ answer: Posted }>('select book_take_back($1) as answer', [asked]);
      return (rows[0] as { answer: Posted }).answer;
    },
    async tookBack(key) {
      return (await db.query('select 1 from book_return where key = $1 and standing', [key])).rowCount === 1;
    },
    async giveUp(caseId) {
      await db.query('select book_return_undo($1)', [caseId]);
    },
  };
}
