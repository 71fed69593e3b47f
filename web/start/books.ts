import { type Currency, decimalsOf } from '../../domain/texts/format.js';
import { ask } from '../api/client.js';
import type { Schemas } from '../api/types.js';
import type { Language } from '../texts/language.js';
import type { Found } from './lookup.js';
import { type LineDraft, lineFrom } from './order-lines.js';

export type Customer = Schemas['CustomerList']['items'][number];
export type Product = Schemas['ProductList']['items'][number];

const query = (company: string, q: string) => ({ company, limit: 12, ...(q === '' ? {} : { q }) });

export async function findCustomers(
  company: string,
  q: string,
  language: Language,
  signal: AbortSignal,
): Promise<readonly Found<Customer>[]> {
  const { items } = await ask('GET /api/v1/customers', { query: query(company, q), signal });
  return items.map((item) => ({
    key: item.code,
    name: item.name.zh,
    more: [item.code, item.name[language], item.currency].join(' · '),
    item,
  }));
}

export async function findProducts(
  company: string,
  q: string,
  language: Language,
  signal: AbortSignal,
): Promise<readonly Found<Product>[]> {
  const { items } = await ask('GET /api/v1/products', { query: query(company, q), signal });
  return items.map((item) => ({ key: item.code, name: item.code, more: [item.name[language], item.unit].join(' · '), item }));
}

/** Lines with what the catalogue says of their codes; a code that it does not have stays as it was typed. */
export async function withCatalogue(company: string, lines: readonly LineDraft[], currency: Currency): Promise<readonly LineDraft[]> {
  const codes = [...new Set(lines.flatMap(({ code, entry }) => (entry === undefined && code !== '' ? [code] : [])))];
  const found = new Map<string, Product>();
  for (const code of codes) {
    const { items } = await ask('GET /api/v1/products', { query: query(company, code) });
    const product = items.find((item) => item.code === code);
    if (product !== undefined) found.set(code, product);
  }
  return lines.map((line) => {
    const product = found.get(line.code);
    if (product === undefined) return line;
    const filled = lineFrom(line, product, currency, decimalsOf[currency]);
    const own = Object.fromEntries(Object.entries(line).filter(([, text]) => text !== ''));
    return { ...filled, ...own };
  });
}
