import type { Books } from '../../domain/policy/policy.js';
import type { Db } from '../pool.js';

/** The id of the edition in force; undefined before the first worker has brought one. */
export async function currentEdition(db: Db): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>({
    name: 'gendan_current_edition',
    text: 'select id from edition where current',
    values: [],
  });
  return rows[0]?.id;
}

/** The books of an edition; undefined when it is not known. */
export async function booksOf(db: Db, id: string): Promise<Books | undefined> {
  const { rows } = await db.query<{ books: Books }>({
    name: 'gendan_books',
    text: 'select books from edition where id = $1',
    values: [id],
  });
  return rows[0]?.books;
}
