import type { Catalogue, EarlierOrder, KnownCustomer } from '../domain/orders/catalogue.js';

/** The company's own books that order intake reads. */
export interface OrderBooks {
  /** Entries of the catalogue by code; codes it does not have are absent. */
  catalogue(company: string, codes: readonly string[]): Promise<Catalogue>;
  /** A customer by any name the book has of it; undefined: unknown. */
  customer(company: string, name: string): Promise<KnownCustomer | undefined>;
  /** Orders of the same customer under the same number of theirs, latest first, at most ten; without the case that asks. */
  earlierOrders(caseId: string, order: { readonly customer: string; readonly customerPo: string }): Promise<readonly EarlierOrder[]>;
}
