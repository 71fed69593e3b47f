import type { Json } from '../../domain/case/json.js';
import type { Db } from '../pool.js';
import { millis } from './cases.js';
import { cursorOf, momentText, partsOf } from './cursor.js';
import type { Page } from './tasks.js';

/** A notice in somebody's hands. */
export interface PersonNotice {
  readonly caseId: string;
  readonly key: string;
  readonly version: number;
  readonly notice: string;
  readonly at: number;
  readonly readAt: number | null;
  readonly content: Json;
  readonly company: string;
  readonly procedure: string;
  readonly number: string;
  readonly title: string;
  readonly edition: string;
}

/** The notices of a person, latest first. Undefined: the page mark is none of this list. */
export async function noticesOf(
  db: Db,
  person: string,
  limit: number,
  cursor: string | undefined,
): Promise<Page<PersonNotice> | undefined> {
  const parts = cursor === undefined ? ['infinity', ''] : partsOf(cursor, ['moment', 'text']);
  if (parts === undefined) return undefined;
  const { rows } = await db.query<PersonNotice & { readonly mark: string; readonly place: string }>({
    name: 'gendan_notices',
    text: `with page as (
        select p.*, p.case_id || '/' || p.key || '@' || p.version as place from person_notice p
        where p.person_id = $1 and (p.at < $2::timestamptz or (p.at = $2::timestamptz and p.case_id || '/' || p.key || '@' || p.version > $3)) order by p.at desc, place limit $4)
      select p.case_id as "caseId", p.key, p.version, n.notice, ${millis('p.at')} as at, ${millis('p.read_at')} as "readAt", c.value as content,
        k.company, k.procedure, k.number, k.title, k.edition, ${momentText('p.at')} as mark, p.place
      from page p join notice n on n.case_id = p.case_id and n.key = p.key and n.version = p.version join kase k on k.id = p.case_id left join content c on c.hash = n.shown
      order by p.at desc, p.place`,
    values: [person, ...parts, limit + 1],
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const items = rows.slice(0, limit).map(({ mark: _mark, place: _place, ...notice }) => notice);
  return { items, next: last === undefined ? null : cursorOf([last.mark, last.place]) };
}
