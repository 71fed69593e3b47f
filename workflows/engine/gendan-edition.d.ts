/** Made when an edition is built (worker/edition.ts): its policies and its id, as part of the bundle. */
declare module 'gendan-edition' {
  import type { Books } from '../../domain/policy/policy.js';
  export const books: Books;
  export const edition: string;
}
