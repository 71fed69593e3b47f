import type { Db } from '../../db/pool.js';
import { booksOf, currentEdition } from '../../db/queries/editions.js';
import type { Books } from '../../domain/policy/policy.js';

/** The books of editions, kept in memory once read: an edition never changes. */
export interface BookShelf {
  /** Undefined: the edition is not known. */
  of(edition: string): Promise<Books | undefined>;
  /** The edition that new cases begin with; undefined before the first worker has brought one. */
  current(): Promise<{ readonly id: string; readonly books: Books } | undefined>;
}

/** How many editions are kept in memory; above that, those not used for longest go. */
const most = 60;

/** Reads editions from the database, each once. */
export function createBookShelf(db: Db): BookShelf {
  const kept = new Map<string, Books>();
  const of = async (edition: string): Promise<Books | undefined> => {
    const known = kept.get(edition);
    if (known !== undefined) {
      kept.delete(edition);
      kept.set(edition, known);
      return known;
    }
    const found = await booksOf(db, edition);
    if (found === undefined) return undefined;
    kept.set(edition, found);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return found;
  };
  return {
    of,
    async current() {
      const id = await currentEdition(db);
      const books = id === undefined ? undefined : await of(id);
      return id === undefined || books === undefined ? undefined : { id, books };
    },
  };
}
