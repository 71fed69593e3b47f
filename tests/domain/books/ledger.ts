import { type Account, accountKinds, type Selector } from '../../../domain/books/accounts.js';
import type { Balance, OrderRow } from '../../../domain/books/operation.js';
import { type Posting, unbalanced } from '../../../domain/books/posting.js';

/** Books in memory, as far as pure tests need them: what is posted is posted, and must balance and stay above zero. */
export class Ledger {
  private accounts = new Map<string, { account: Account; amount: number }>();
  readonly orders = new Map<string, OrderRow>();
  postings = 0;

  post({ caseId, movements, registers = {} }: Pick<Posting, 'caseId' | 'movements' | 'registers'>): void {
    const uneven = unbalanced(movements);
    if (uneven.length > 0) throw new Error(`unbalanced: ${uneven.join(', ')}`);
    for (const { account, amount } of movements) {
      const key = JSON.stringify(Object.entries(account).toSorted(([one], [other]) => (one < other ? -1 : 1)));
      const sum = (this.accounts.get(key)?.amount ?? 0) + amount;
      this.accounts.set(key, { account, amount: sum });
    }
    for (const { account, amount } of this.accounts.values())
      if (amount < 0 && !accountKinds[account.kind].contra) throw new Error(`below zero: ${JSON.stringify(account)}`);
    this.postings += 1;
    for (const { number, customer, customerPo } of registers.orders ?? []) {
      const lines = this.orders.get(number)?.lines ?? [];
      this.orders.set(number, { number, customer, customerRow: '1', row: '1', lines, ...(customerPo === undefined ? {} : { customerPo }) });
    }
    for (const { order, ...line } of registers.lines ?? [])
      this.change(order, (lines) => [...lines.filter(({ id }) => id !== line.id), { ...line, caseId, row: '1' }]);
    for (const { order, id } of registers.linesGone ?? []) this.change(order, (lines) => lines.filter((line) => line.id !== id));
    for (const number of registers.ordersGone ?? []) this.orders.delete(number);
  }

  balances({ kinds, ...keys }: Selector): readonly Balance[] {
    return [...this.accounts.values()].filter(
      ({ account, amount }) =>
        amount !== 0 &&
        kinds.includes(account.kind) &&
        Object.entries(keys).every(([key, value]) => (account as Readonly<Record<string, string>>)[key] === value),
    );
  }

  sum(selector: Selector): number {
    return this.balances(selector).reduce((sum, { amount }) => sum + amount, 0);
  }

  snapshot(): ReadonlyMap<string, { account: Account; amount: number }> {
    return new Map(this.accounts);
  }

  restore(accounts: ReturnType<Ledger['snapshot']>): void {
    this.accounts = new Map(accounts);
  }

  private change(number: string, lines: (before: OrderRow['lines']) => OrderRow['lines']): void {
    const order = this.orders.get(number);
    if (order === undefined) throw new Error(`no order ${number}`);
    this.orders.set(number, { ...order, lines: lines(order.lines) });
  }
}
