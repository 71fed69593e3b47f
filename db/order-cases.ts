import type { JsonObject } from '../domain/json.js';
import type { Amendment, OrderCase, OrderCases, Plan } from '../ports/order-cases.js';
import { millis } from './paging.js';
import type { Db } from './pool.js';

interface PlanRow {
  readonly caseId: string;
  readonly number: string;
  readonly n: number;
  readonly command: Amendment | null;
  readonly back: JsonObject | null;
}
const columns = 'case_id as "caseId", number, n, command, back';

/** The procedure whose cases are placed orders, in every company. */
const takesOrders = 'order-intake';

/** The cases of placed orders in SQL. */
export function createOrderCases(db: Db): OrderCases {
  return {
    find: (company, orderNumber) => orderCases(db, company, orderNumber),
    async read(caseId) {
      const { rows } = await db.query<FoundRow>(`select ${found} from kase k join content c on c.hash = k.subject_hash where k.id = $1`, [
        caseId,
      ]);
      return rows.map(caseOf)[0];
    },
    async shipped(company, orderNumber) {
      const { rows } = await db.query<{ id: string; shipped: number }>(
        `select line as id, sum(balance)::float8 as shipped from book_account
          where company = $1 and order_number = $2 and kind in ('shipped', 'returned') group by line`,
        [company, orderNumber],
      );
      return Object.fromEntries(rows.map(({ id, shipped }) => [id, shipped]));
    },
    async plan(key, changeId, { caseId, number, n, command, back }) {
      await db.query(
        `insert into order_amendment (key, change_id, case_id, number, n, command, back) values ($1, $2, $3, $4, $5, $6, $7)
          on conflict do nothing`,
        [key, changeId, caseId, number, n, jsonOrNull(command), jsonOrNull(back)],
      );
      const { rows } = await db.query<PlanRow>(`select ${columns} from order_amendment where key = $1 and case_id = $2 and n = $3`, [
        key,
        caseId,
        n,
      ]);
      return planOf(rows[0] as PlanRow);
    },
    async planned(key) {
      const { rows } = await db.query<PlanRow>(
        `select distinct on (number, case_id) ${columns} from order_amendment where key = $1 order by number, case_id, n desc`,
        [key],
      );
      return rows.map(planOf);
    },
    async latest(changeId) {
      const { rows } = await db.query<PlanRow>(
        `select distinct on (case_id) ${columns} from order_amendment where change_id = $1 order by case_id, at desc, n desc`,
        [changeId],
      );
      return rows.map(planOf);
    },
  };
}

interface FoundRow extends Omit<OrderCase, 'open'> {
  readonly status: string;
}
const found = `k.id as "caseId", k.number, k.status, k.turn,
  exists (select from task t where t.case_id = k.id and t.step = 'pass-to-pmc' and t.state = 'completed') as placed, ${millis('k.started_at')} as "startedAt", c.value as "order"`;
const caseOf = ({ status, ...one }: FoundRow): OrderCase => ({ ...one, open: status !== 'closed' });

/** All cases of an order in the order of their numbers. */
export async function orderCases(db: Db, company: string, orderNumber: string): Promise<readonly OrderCase[]> {
  const { rows } = await db.query<FoundRow>({
    name: 'gendan_order_cases',
    text: `select ${found} from kase k join content c on c.hash = k.subject_hash
      where k.company = $1 and k.order_number = $2 and k.procedure = '${takesOrders}' order by k.number, k.id`,
    values: [company, orderNumber],
  });
  return rows.map(caseOf);
}

const jsonOrNull = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value));

const planOf = ({ command, back, ...plan }: PlanRow): Plan => ({
  ...plan,
  ...(command === null ? {} : { command }),
  ...(back === null ? {} : { back }),
});
