import type { JsonObject } from '../json.js';
import { type Balance, type CustomerRow, type Identity, type LineRow, type OrderRow, stale, type Thought } from './operation.js';
import { type Movement, type Posting, type Registers, type Seen, transfer } from './posting.js';

/** A line of an order as its case has it now. */
export interface WantedLine {
  readonly id: string;
  readonly product: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly promisedOn?: string;
}

/** What a case of order intake has entered, as its subject has it now; no lines: it is no order any more. */
export interface WantedOrder {
  readonly company: string;
  readonly caseId: string;
  readonly number: string;
  /** As the subject names it. */
  readonly customer: string;
  readonly customerPo?: string;
  readonly currency: string;
  readonly lines: readonly WantedLine[];
  /** How often the case has been booked before: part of the key, since an order may come back to what it was. */
  readonly times: number;
}

/** What the books have of it. */
export interface OrderReadings {
  readonly customer?: CustomerRow;
  readonly order?: OrderRow;
  /** Other orders that the case has lines in. */
  readonly elsewhere: readonly OrderRow[];
  readonly balances: readonly Balance[];
  /** Products that the books know, of those wanted. */
  readonly products: readonly string[];
}

/** Why the books do not follow an order, for the radar. */
export type Behind = {
  readonly problem: 'customer' | 'currency' | 'another' | 'line-of-another' | 'line-of-books' | 'code' | 'released' | 'fault';
} & JsonObject;

export interface Followed {
  /** Absent: the books have it so already. */
  readonly posting?: Posting;
  /** What could not be followed; the rest is posted all the same. */
  readonly behind?: Behind;
}

/**
 * Brings the books to what a case has entered: as much of it as they can take. What a case has put there belongs to it: lines of another case, or of the
 * books themselves, stay as they are, and that is told.
 */
export function followOrder(wanted: WantedOrder, readings: OrderReadings): Followed {
  const { customer, order } = readings;
  if (customer === undefined) return { behind: { problem: 'customer', customer: wanted.customer } };
  if (customer.currency !== wanted.currency)
    return { behind: { problem: 'currency', customer: customer.code, currency: customer.currency } };
  const strange = order !== undefined && order.customer !== customer.code && order.lines.some(({ caseId }) => caseId !== wanted.caseId);
  if (strange || (order !== undefined && order.customer !== customer.code && isMoved(order, readings.balances)))
    return { behind: { problem: 'another', number: wanted.number } };

  const entry = new Entry(wanted, readings);
  for (const line of wanted.lines) entry.take(line);
  for (const one of [...(order === undefined ? [] : [order]), ...readings.elsewhere]) entry.leave(one);
  return entry.followed(customer);
}

/** Whether anything of an order has been released or has left. */
const isMoved = ({ number }: OrderRow, balances: readonly Balance[]): boolean =>
  balances.some(
    ({ account }) => 'order' in account && account.order === number && (account.kind === 'released' || account.kind === 'shipped'),
  );

class Entry {
  private readonly movements: Movement[] = [];
  private readonly seen: Seen[] = [];
  private readonly lines: NonNullable<Registers['lines']>[number][] = [];
  private readonly gone: { order: string; id: string }[] = [];
  private readonly unknown: string[] = [];
  private readonly released: string[] = [];
  private readonly foreign: { readonly id: string; readonly caseId: string }[] = [];
  private readonly wanted: WantedOrder;
  private readonly readings: OrderReadings;

  constructor(wanted: WantedOrder, readings: OrderReadings) {
    this.wanted = wanted;
    this.readings = readings;
  }

  /** A wanted line goes in, or follows what is wanted of it now. */
  take(line: WantedLine): void {
    const known = this.readings.order?.lines.find(({ id }) => id === line.id);
    if (known !== undefined && known.caseId !== this.wanted.caseId) this.foreign.push(known);
    else if (!this.readings.products.includes(line.product)) this.unknown.push(line.id);
    else if (known === undefined) this.enter(line);
    else this.change(known, line);
  }

  private enter(line: WantedLine): void {
    this.seen.push({ of: 'line', id: this.wanted.number, line: line.id, row: null });
    this.register(line);
    this.order(line.quantity, line.product, this.wanted.number, line.id);
  }

  private change(known: LineRow, line: WantedLine): void {
    const number = this.wanted.number;
    const { open, ordered, isTouched } = this.standing(number, known);
    if (known.product !== line.product) {
      if (isTouched) return void this.released.push(line.id);
      this.order(-ordered, known.product, number, line.id);
      this.order(line.quantity, line.product, number, line.id);
    } else {
      const more = line.quantity - ordered;
      if (open + more < 0) return void this.released.push(line.id);
      this.order(more, line.product, number, line.id);
    }
    const isSame =
      known.product === line.product &&
      known.unitPriceMinor === line.unitPriceMinor &&
      (known.promisedOn ?? '') === (line.promisedOn ?? '');
    if (isSame && ordered === line.quantity) return;
    this.seen.push({ of: 'line', id: number, line: line.id, row: known.row });
    if (!isSame) this.register(line);
  }

  /** What the case has no more is taken out; what has left of it stays as what was ordered. */
  leave({ number, lines }: OrderRow): void {
    for (const line of lines) {
      const isWanted = number === this.wanted.number && this.wanted.lines.some(({ id }) => id === line.id);
      if (line.caseId !== this.wanted.caseId || isWanted) continue;
      const { open, isReleased, isTouched } = this.standing(number, line);
      if (isReleased) this.released.push(line.id);
      else {
        this.order(-open, line.product, number, line.id);
        if (isTouched && open === 0) continue;
        this.seen.push({ of: 'line', id: number, line: line.id, row: line.row });
        if (!isTouched) this.gone.push({ order: number, id: line.id });
      }
    }
  }

  followed(customer: CustomerRow): Followed {
    const behind = this.behind();
    const told = behind === undefined ? {} : { behind };
    const registers = this.registers(customer);
    const isIdle = this.movements.length === 0 && Object.values(registers).every((list) => list.length === 0);
    return isIdle ? told : { posting: { ...this.identity(), ...this.thought(customer, registers) }, ...told };
  }

  private identity(): Identity {
    const { company, caseId, number, lines, times } = this.wanted;
    return {
      company,
      caseId,
      key: `${caseId}/order/${times}`,
      effect: 'order-entry',
      wish: { number, lines: lines.map((line) => ({ ...line })) },
    };
  }

  private thought(customer: CustomerRow, registers: Registers): Thought {
    const { number } = this.wanted;
    const { order, elsewhere } = this.readings;
    const isTakenOver = order !== undefined && order.customer !== customer.code;
    return {
      facts: { order: number, customer: customer.code },
      seen: [
        { of: 'customer', id: customer.code, row: customer.row },
        ...(isTakenOver ? [{ of: 'customer' as const, id: order.customer, row: order.customerRow }] : []),
        { of: 'order', id: number, row: order?.row ?? null },
        ...elsewhere.map((one): Seen => ({ of: 'order', id: one.number, row: one.row })),
        ...this.seen,
      ],
      // the customer it was of may have released some of it meanwhile
      conditions: isTakenOver ? [{ of: { kinds: ['released', 'shipped'], order: number }, atMost: 0, short: stale }] : [],
      movements: this.movements,
      registers,
    };
  }

  private registers({ code: customer }: CustomerRow): Required<Omit<Registers, 'invoices'>> {
    const { number, customerPo } = this.wanted;
    const { order, elsewhere } = this.readings;
    const isEmpty = (one: OrderRow): boolean =>
      one.lines.every(({ id }) => this.gone.some((gone) => gone.order === one.number && gone.id === id)) &&
      !(one.number === number && this.lines.length > 0);
    const ordersGone = [...(order === undefined ? [] : [order]), ...elsewhere].filter(isEmpty).map((one) => one.number);
    const isNew = order === undefined ? this.lines.length > 0 : order.customer !== customer || order.customerPo !== customerPo;
    const head = { number, customer, ...(customerPo === undefined ? {} : { customerPo }) };
    return { orders: isNew && !ordersGone.includes(number) ? [head] : [], lines: this.lines, linesGone: this.gone, ordersGone };
  }

  private behind(): Behind | undefined {
    const listed = (ids: readonly string[]): string => ids.toSorted().join(', ');
    const [foreign] = this.foreign;
    if (foreign !== undefined) {
      const lines = listed(this.foreign.map(({ id }) => id));
      return foreign.caseId === '' ? { problem: 'line-of-books', lines } : { problem: 'line-of-another', lines, case: foreign.caseId };
    }
    if (this.unknown.length > 0) return { problem: 'code', lines: listed(this.unknown) };
    if (this.released.length > 0) return { problem: 'released', lines: listed(this.released) };
    return undefined;
  }

  private register({ id, product, unitPriceMinor, promisedOn }: WantedLine): void {
    this.lines.push({
      order: this.wanted.number,
      id,
      product,
      unitPriceMinor,
      ...(promisedOn === undefined ? {} : { promisedOn }),
    });
  }

  private order(quantity: number, unit: string, order: string, line: string): void {
    this.movements.push(...transfer(quantity, { kind: 'ordered', unit, order, line }, { kind: 'open', unit, order, line }));
  }

  /** How a line stands in the accounts. */
  private standing(
    order: string,
    { id }: LineRow,
  ): { readonly open: number; readonly ordered: number; readonly isReleased: boolean; readonly isTouched: boolean } {
    const own = this.readings.balances.filter(({ account }) => 'line' in account && account.order === order && account.line === id);
    const sum = (...kinds: readonly string[]): number =>
      own.reduce((total, { account, amount }) => (kinds.includes(account.kind) ? total + amount : total), 0);
    const isReleased = sum('released') > 0;
    return { open: sum('open'), ordered: -sum('ordered'), isReleased, isTouched: isReleased || sum('shipped', 'returned') > 0 };
  }
}
