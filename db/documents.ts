import { createHash } from 'node:crypto';
import type pg from 'pg';
import {
  type DocumentKind,
  type DocumentStore,
  documentNumber,
  type IssueRequest,
  type KeptDocument,
  type Printed,
} from '../domain/documents/document.js';
import type { Locale } from '../domain/texts/texts.js';
import { millis } from './paging.js';
import type { Db } from './pool.js';

interface DocumentRow {
  readonly id: string;
  readonly case_id: string;
  readonly company: string;
  readonly kind: DocumentKind;
  readonly number: string;
  readonly language: Locale;
  readonly version: number;
  readonly replaces: string | null;
  readonly hash: string;
  readonly size: number;
  readonly content: KeptDocument['content'];
  readonly created_at: Date;
  readonly created_by: string;
  readonly reprints: number;
}

/** The document store in SQL. */
export function createDocumentStore(pool: pg.Pool): DocumentStore {
  return { ...createDocumentArchive(pool), issue: (request, print) => issue(pool, request, print) };
}

/** What was issued, to be read and printed again. */
export function createDocumentArchive(db: Db): Omit<DocumentStore, 'issue'> {
  return {
    get: (id) => one(db, 'id = $1', [id]),
    byKey: (key) => one(db, 'key = $1', [key]),
    latest: (caseId, kind) => one(db, 'case_id = $1 and kind = $2 order by created_at desc, n desc limit 1', [caseId, kind]),
    bytes: (id) => bytesOf(db, id),
    replacedBy: (id) => one(db, 'replaces = $1 order by created_at desc, n desc limit 1', [id]),
    countReprint: (id, by, at) => countReprint(db, id, by, at),
  };
}

/** All documents of a case, the newest first. */
export async function documentsOfCase(db: Db, caseId: string): Promise<readonly KeptDocument[]> {
  const { rows } = await db.query<DocumentRow>('select * from document where case_id = $1 order by created_at desc, n desc', [caseId]);
  return rows.map(documentOf);
}

async function issue(pool: pg.Pool, request: IssueRequest, print: (number: string) => Promise<Printed>): Promise<KeptDocument> {
  const issued = await one(pool, 'key = $1', [request.key]);
  if (issued !== undefined) return issued;
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const document = await issueNext(client, request, print);
    await client.query('commit');
    return document;
  } catch (cause) {
    await client.query('rollback').catch((error: Error) => {
      broken = error;
    });
    throw cause;
  } finally {
    client.release(broken);
  }
}

/** Holds the series' row from here to the commit; whoever waited for it finds what was issued under the same key meanwhile. */
async function issueNext(client: pg.PoolClient, request: IssueRequest, print: (number: string) => Promise<Printed>): Promise<KeptDocument> {
  const { company, kind, year, prefix } = request;
  await client.query('insert into document_number values ($1, $2, $3, 0) on conflict do nothing', [company, kind, year]);
  const series = await client.query<{ last: number }>(
    'select last from document_number where company = $1 and kind = $2 and year = $3 for update',
    [company, kind, year],
  );
  const issued = await one(client, 'key = $1', [request.key]);
  if (issued !== undefined) return issued;
  const n = (series.rows[0]?.last ?? 0) + 1;
  const number = documentNumber(prefix, kind, year, n);
  const printed = await print(number);
  await client.query('update document_number set last = $4 where company = $1 and kind = $2 and year = $3', [company, kind, year, n]);
  return keep(client, request, { number, n, printed });
}

async function keep(
  client: pg.PoolClient,
  request: IssueRequest,
  made: { number: string; n: number; printed: Printed },
): Promise<KeptDocument> {
  const bytes = Buffer.from(made.printed.bytes);
  const hash = createHash('sha256').update(bytes).digest('hex');
  await client.query('insert into document_bytes values ($1, $2) on conflict do nothing', [hash, bytes]);
  const { rows } = await client.query<DocumentRow>(
    `insert into document (id, key, case_id, company, kind, number, year, n, language, version, replaces, hash, size, content, created_at, created_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, to_timestamp($15::double precision / 1000), $16) returning *`,
    [
      `${request.company}:${made.number}`,
      request.key,
      request.caseId,
      request.company,
      request.kind,
      made.number,
      request.year,
      made.n,
      request.language,
      request.version,
      request.replaces ?? null,
      hash,
      bytes.length,
      JSON.stringify(made.printed.content),
      request.createdAt,
      request.by,
    ],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`document ${made.number} was not kept`);
  return documentOf(row);
}

async function bytesOf(db: Db, id: string): Promise<Uint8Array | undefined> {
  const { rows } = await db.query<{ hash: string; bytes: Buffer }>(
    'select b.hash, b.bytes from document d join document_bytes b on b.hash = d.hash where d.id = $1',
    [id],
  );
  const found = rows[0];
  if (found === undefined) return undefined;
  if (createHash('sha256').update(found.bytes).digest('hex') !== found.hash)
    throw new Error(`the bytes of document ${id} are not those that were issued`);
  return found.bytes;
}

async function countReprint(db: Db, id: string, by: string, at: number): Promise<number | undefined> {
  const { rows } = await db.query<{ n: number }>(
    `with counted as (update document set reprints = reprints + 1 where id = $1 returning id, reprints)
      insert into document_print (document_id, n, at, by) select id, reprints, to_timestamp($3::double precision / 1000), $2 from counted returning n`,
    [id, by, at],
  );
  return rows[0]?.n;
}

/** `where` is always one of the texts above, never made from values. */
async function one(db: Db | pg.PoolClient, where: string, values: readonly string[]): Promise<KeptDocument | undefined> {
  const { rows } = await db.query<DocumentRow>(`select * from document where ${where}`, [...values]);
  return rows[0] === undefined ? undefined : documentOf(rows[0]);
}

function documentOf(row: DocumentRow): KeptDocument {
  return {
    id: row.id,
    caseId: row.case_id,
    company: row.company,
    kind: row.kind,
    number: row.number,
    language: row.language,
    version: row.version,
    ...(row.replaces === null ? {} : { replaces: row.replaces }),
    hash: row.hash,
    size: row.size,
    content: row.content,
    createdAt: row.created_at.getTime(),
    by: row.created_by,
    reprints: row.reprints,
  };
}

/** A printed document as lists show it: all but what it says. */
export interface PaperHead {
  readonly id: string;
  readonly kind: DocumentKind;
  readonly number: string;
  readonly language: Locale;
  readonly version: number;
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly createdAt: number;
  readonly hash: string;
  readonly reprints: number;
}

/** The printed documents of a case, oldest first. */
export async function listPapers(db: Db, caseId: string): Promise<readonly PaperHead[]> {
  const { rows } = await db.query<PaperHead>({
    name: 'gendan_papers',
    text: `select d.id, d.kind, d.number, d.language, d.version, d.replaces, d.hash, d.reprints, ${millis('d.created_at')} as "createdAt",
        (select r.id from document r where r.replaces = d.id order by r.created_at desc, r.n desc limit 1) as "replacedBy"
      from document d where d.case_id = $1 order by d.created_at, d.n`,
    values: [caseId],
  });
  return rows;
}
