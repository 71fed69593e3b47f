/**
 * What the trade books keep, as kinds of accounts. Each has debits (in) and credits (out) of one unit: pieces of a product, or minor units of a currency.
 * `contra`: the other side of what is kept, so that each posting balances; only these may be below zero.
 */
export const accountKinds = {
  // An order line: ordered + replacements = open + released + shipped + returned.
  ordered: { measure: 'goods', keys: ['order', 'line'], contra: true },
  replacement: { measure: 'goods', keys: ['order', 'line'], contra: true },
  /** May still be released. */
  open: { measure: 'goods', keys: ['order', 'line'], contra: false },
  /** Released for shipment and still here. */
  released: { measure: 'goods', keys: ['order', 'line'], contra: false },
  /** With the customer; `reference`: the release it left by, '' where the books do not know. */
  shipped: { measure: 'goods', keys: ['order', 'line', 'reference'], contra: false },
  returned: { measure: 'goods', keys: ['order', 'line'], contra: false },

  // The warehouse.
  'on-hand': { measure: 'goods', keys: [], contra: false },
  /** Set aside for a shipment. */
  reserved: { measure: 'goods', keys: [], contra: false },
  /** Came back, and is to be looked at or reworked before anybody may have it. */
  quarantine: { measure: 'goods', keys: [], contra: false },
  /** Came back for the furnace. */
  scrap: { measure: 'goods', keys: [], contra: false },
  supply: { measure: 'goods', keys: [], contra: true },
  delivered: { measure: 'goods', keys: ['customer'], contra: true },

  // What a customer owes, or will. The first three are the exposure.
  receivable: { measure: 'money', keys: ['customer', 'reference'], contra: false },
  'shipped-not-invoiced': { measure: 'money', keys: ['customer', 'reference'], contra: false },
  'released-not-shipped': { measure: 'money', keys: ['customer', 'reference'], contra: false },
  received: { measure: 'money', keys: ['customer'], contra: false },
  commitment: { measure: 'money', keys: ['customer'], contra: true },
  sales: { measure: 'money', keys: ['customer'], contra: true },
  /** What the customer has paid for and brought back. */
  'credit-note': { measure: 'money', keys: ['customer'], contra: true },
} as const satisfies Readonly<Record<string, AccountKindRule>>;

interface AccountKindRule {
  readonly measure: 'goods' | 'money';
  readonly keys: readonly AccountKey[];
  readonly contra: boolean;
}
export type AccountKey = 'customer' | 'order' | 'line' | 'reference';
export type AccountKind = keyof typeof accountKinds;

type KeysOf<K extends AccountKind> = (typeof accountKinds)[K]['keys'][number];
/** An account by its kind, its unit (product or currency) and the keys of its kind. */
export type Account = {
  [K in AccountKind]: { readonly kind: K; readonly unit: string } & { readonly [Key in KeysOf<K>]: string };
}[AccountKind];

/** Accounts of some kinds, by any of their keys. */
export interface Selector extends Partial<Readonly<Record<AccountKey, string>>> {
  readonly kinds: readonly AccountKind[];
  readonly unit?: string;
}

/** The accounts whose sum is a customer's exposure. */
export const exposureOf = (customer: string): Selector => ({
  kinds: ['receivable', 'shipped-not-invoiced', 'released-not-shipped'],
  customer,
});
