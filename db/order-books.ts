import type { Catalogue, CatalogueEntry, EarlierOrder, KnownCustomer } from '../domain/books/catalogue.js';
import type { OrderBooks } from '../ports/books.js';
import type { Db } from './pool.js';
import { millis } from './queries/cases.js';

/** What order intake reads, from the trade books and the cases in SQL. */
export function createOrderBooks(db: Db): OrderBooks {
  return {
    async catalogue(company, codes): Promise<Catalogue> {
      const { rows } = await db.query<{ code: string; entry: CatalogueEntry }>(
        'select code, entry from book_product where company = $1 and code = any($2)',
        [company, codes],
      );
      return Object.fromEntries(rows.map(({ code, entry }) => [code, entry]));
    },
    async customer(company, name) {
      const { rows } = await db.query<KnownCustomer>(
        `select code as id, name->>'zh' as name from book_customer
          where company = $1 and (code = $2 or $2 in (name->>'zh', name->>'en', name->>'id')) order by code <> $2, code limit 1`,
        [company, name],
      );
      return rows[0];
    },
    async earlierOrders(caseId, { customer, customerPo }) {
      const [company, procedure] = caseId.split(':');
      const { rows } = await db.query<EarlierOrder>(
        `select k.id as "caseId", k.number, ${millis('k.started_at')} as "startedAt" from kase k join content c on c.hash = k.subject_hash
          where k.company = $1 and k.procedure = $2 and k.id <> $3
            and k.title = gendan_title(json_build_object('customer', $4::text, 'customerPo', $5::text))
            and c.value->>'customer' = $4 and c.value->>'customerPo' = $5
          order by k.started_at desc, k.id limit 10`,
        [company, procedure, caseId, customer, customerPo],
      );
      return rows;
    },
  };
}
