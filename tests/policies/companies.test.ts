import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeCredit } from '../../domain/shipments/credit.js';
import { shipment } from '../../domain/shipments/shipment.js';
import { loadBooks } from '../../policies/load.js';
import { procedures } from '../../workflows/procedures.js';

const { books, people, tradeBooks, clauses, errors } = await loadBooks('policies');
const companies = Object.keys(books);
/** Everything but the procedures of companies, their policies, and tests. */
const engine = ['domain', 'workflows/engine', 'activities', 'ports', 'adapters', 'db', 'worker', 'client', 'embedded'];

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') || name.endsWith('.sql'))
    .map((name) => join(folder, name));

/** Lines that name a company, apart from the permanent names of procedures (workflow types) and examples in the API's own documentation. */
function named(file: string): string[] {
  const permanent = new RegExp(`\\b(${Object.keys(procedures).join('|')})\\b`, 'g');
  const company = new RegExp(companies.join('|'), 'i');
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const rest = line.replace(permanent, '').replace(/\bexample: '[^']*'/g, '');
      return company.test(rest) ? [`${file}:${index + 1} ${line.trim()}`] : [];
    });
}

describe('several companies', () => {
  it('are there, without an error', () => {
    expect(errors).toEqual([]);
    expect(companies).toEqual(['hehe', 'jinhui']);
  });

  it.each(engine)('are named nowhere in %s', (folder) => {
    expect(sources(folder).flatMap(named)).toEqual([]);
  });

  it('have people, procedures, clauses and implementations of their own', () => {
    const ids = Object.values(people).flatMap((staff) => staff.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const implementations = Object.values(books).flatMap((book) =>
      Object.values(book.procedures).map(({ implementation }) => implementation),
    );
    expect(new Set(implementations).size).toBe(implementations.length);
    for (const [company, { company: policy, procedures: own }] of Object.entries(books)) {
      expect(Object.keys(clauses[company] ?? {}).every((clause) => clause.startsWith(`${policy.prefix}-`))).toBe(true);
      for (const { implementation } of Object.values(own)) expect(implementation.startsWith(company)).toBe(true);
    }
  });
});

describe('the example shipments', () => {
  const book = tradeBooks['jinhui'];
  const cases: readonly [string, string][] = [
    ['within-limit', 'within'],
    ['overdue', 'overdue'],
    ['over-limit', 'over-limit'],
    ['grade-d', 'over-limit-overdue'],
    ['more-than-ordered', 'overdue'],
  ];
  it.each(cases)('%s.json stands as its name says against the demo books: %s', (name, verdict) => {
    const subject = shipment.parse(JSON.parse(readFileSync(`examples/jinhui/${name}.json`, 'utf8')));
    const customer = book?.customers.find(({ code }) => code === subject.customer);
    const order = book?.orders.find(({ number }) => number === subject.order);
    if (customer === undefined || order === undefined) throw new Error('not in the demo books');
    expect(order.customer).toBe(subject.customer);
    const owed = (book?.receivables ?? []).filter((one) => one.customer === subject.customer);
    const sum = (open: readonly { readonly openMinor: number }[]) => open.reduce((total, { openMinor }) => total + openMinor, 0);
    const lines = subject.lines.map(({ id, quantity }) => ({ quantity, line: order.lines.find((line) => line.id === id) }));
    const worth = lines.reduce((total, { quantity, line }) => total + quantity * (line?.unitPriceMinor ?? Number.NaN), 0);
    const open = lines.every(({ quantity, line }) => line !== undefined && quantity <= line.quantity - line.shipped + line.returned);
    expect(open).toBe(name !== 'more-than-ordered');
    const { name: words, currency, grade, limitMinor } = customer;
    const judged = judgeCredit(
      {
        customer: customer.code,
        name: words,
        currency,
        ...(grade === undefined ? {} : { grade }),
        ...(limitMinor === undefined ? {} : { limitMinor }),
        receivableMinor: sum(owed),
        shippedNotInvoicedMinor: 0,
        releasedNotShippedMinor: 0,
        exposureMinor: sum(owed),
        overdueMinor: sum(owed.filter(({ dueOn }) => dueOn < '2026-12-01')),
        overdueDays: 1,
      },
      worth,
    );
    expect(judged.verdict).toBe(verdict);
  });
});
