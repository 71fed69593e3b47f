import { type Behind, followOrder, type OrderReadings, type WantedLine, type WantedOrder } from '../domain/books/order-entry.js';
import type { Json } from '../domain/json.js';
import { endAlarms, raiseAlarm } from './alarms.js';
import type { Db } from './pool.js';
import { createBooks, orderRow } from './postings.js';

/** How often an order is thought out anew while others change the books. */
const tries = 8;

interface CaseRow {
  readonly company: string;
  readonly number: string;
  readonly customer: string | null;
  readonly customerPo: string | null;
  readonly currency: string | null;
  readonly lines: readonly { readonly line: Json; readonly promisedOn: string | null }[];
  readonly times: number;
}

/**
 * Brings the trade books to what a case of order intake has entered (HH-B4): the lines that its notices to `order-books` name, as its subject has them now,
 * with the date promised last. Of several rounds of one step the last says what is entered; of a case that has ended, what was promised stays an order,
 * unless it was cancelled. Worked out whole from what SQL has of the case, so it may be done at any time and again. What the books cannot follow is on
 * the radar.
 */
export async function followOrderOf(db: Db, caseId: string): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const row = await caseRow(db, caseId);
    if (row === undefined) return;
    const wanted = wantedOf(caseId, row);
    if ('problem' in wanted) return tell(db, caseId, wanted);
    const { posting, behind } = followOrder(wanted, await readingsOf(db, wanted));
    const answer = posting === undefined ? undefined : await createBooks(db).post(posting);
    if (answer === undefined || answer.posted) return tell(db, caseId, behind);
  }
  throw new Error(`the books change too fast for the order of ${caseId}`);
}

/** Follows all orders that the books could not take before: what kept them out may be gone. */
export async function followOrdersBehind(db: Db): Promise<void> {
  const { rows } = await db.query<{ caseId: string }>(
    `select case_id as "caseId" from alarm where kind = 'order-not-booked' order by case_id`,
  );
  for (const { caseId } of rows) await followOrderOf(db, caseId);
}

async function tell(db: Db, caseId: string, behind: Behind | undefined): Promise<void> {
  if (behind === undefined) await endAlarms(db, caseId, ['order-not-booked']);
  else await raiseAlarm(db, caseId, 'order-not-booked', behind);
}

/** What a case has entered; undefined where it has entered nothing, or its company keeps no books here. */
async function caseRow(db: Db, caseId: string): Promise<CaseRow | undefined> {
  const { rows } = await db.query<CaseRow>(
    `with told as (
        select distinct on (regexp_replace(n.key, '/\\d+/', '/', 'g')) n.shown from notice n
          where n.case_id = $1 and n.told_to = 'order-books' order by regexp_replace(n.key, '/\\d+/', '/', 'g'), n.at desc, n.version desc),
      entered as (select distinct l->>'id' as id from told join content c on c.hash = told.shown, json_array_elements(c.value->'lines') l),
      promised as (select distinct on (line) line, date from promise where case_id = $1 order by line, version desc)
      select k.company, k.order_number as number, c.value->>'customer' as customer, c.value->>'customerPo' as "customerPo", c.value->>'currency' as currency,
        (select coalesce(json_agg(json_build_object('line', l, 'promisedOn', p.date)), '[]') from json_array_elements(c.value->'lines') l
          join entered e on e.id = l->>'id' left join promised p on p.line = l->>'id'
          where k.outcome is null or (p.date is not null and k.outcome->'cancelled' is distinct from 'true')) as lines,
        (select count(*)::integer from book_posting b where b.case_id = k.id and b.effect = 'order-entry') as times
      from kase k left join content c on c.hash = k.subject_hash
      where k.id = $1 and exists (select from told) and exists (select from book_customer where company = k.company)`,
    [caseId],
  );
  return rows[0];
}

function wantedOf(caseId: string, { company, number, customer, customerPo, currency, lines, times }: CaseRow): WantedOrder | Behind {
  const wanted: WantedLine[] = [];
  for (const { line, promisedOn } of lines) {
    const { id, code, quantity, unitPriceMinor } = line as Readonly<Record<string, Json>>;
    if (typeof id !== 'string' || typeof code !== 'string' || !isCount(quantity) || quantity === 0 || !isCount(unitPriceMinor))
      return { problem: 'fault', detail: JSON.stringify(line) };
    wanted.push({ id, product: code, quantity, unitPriceMinor, ...(promisedOn === null ? {} : { promisedOn }) });
  }
  return {
    company,
    caseId,
    number,
    customer: customer ?? '',
    ...(customerPo === null ? {} : { customerPo }),
    currency: currency ?? '',
    lines: wanted,
    times,
  };
}

const isCount = (value: Json | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

async function readingsOf(db: Db, { company, caseId, number, customer: name, lines }: WantedOrder): Promise<OrderReadings> {
  const books = createBooks(db);
  const { rows: codes } = await db.query<{ code: string }>(
    `select code from book_customer where company = $1 and (code = $2 or $2 in (name->>'zh', name->>'en', name->>'id')) order by code <> $2, code limit 1`,
    [company, name],
  );
  const { rows: others } = await db.query<{ number: string }>(
    'select distinct order_number as number from book_order_line where company = $1 and case_id = $2 and order_number <> $3 order by 1',
    [company, caseId, number],
  );
  const { rows: known } = await db.query<{ code: string }>('select code from book_product where company = $1 and code = any($2)', [
    company,
    lines.map(({ product }) => product),
  ]);
  const customer = codes[0] === undefined ? undefined : (await books.read(company, { customer: codes[0].code })).customer;
  const order = await orderRow(db, company, number);
  const elsewhere = (await Promise.all(others.map((one) => orderRow(db, company, one.number)))).flatMap((one) => one ?? []);
  const balances = await Promise.all(
    [number, ...others.map((one) => one.number)].map((one) =>
      books.balances(company, { kinds: ['ordered', 'open', 'released', 'shipped', 'returned'], order: one }),
    ),
  );
  return {
    ...(customer === undefined ? {} : { customer }),
    ...(order === undefined ? {} : { order }),
    elsewhere,
    balances: balances.flat(),
    products: known.map(({ code }) => code),
  };
}
