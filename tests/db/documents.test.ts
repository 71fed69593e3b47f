import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrinter } from '../../adapters/documents/printer.js';
import { printAgain } from '../../adapters/documents/reprint.js';
import { createDocumentStore, documentsOfCase } from '../../db/documents.js';
import type { DocumentStore, IssueRequest } from '../../domain/documents/document.js';
import { content } from '../adapters/replies.js';
import { createTestDatabase, type TestDatabase } from '../support/servers.js';

let database: TestDatabase;
let pool: pg.Pool;
let documents: DocumentStore;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 24 });
  pool.on('error', () => undefined);
  documents = createDocumentStore(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const request = (more: Partial<IssueRequest> = {}): IssueRequest => ({
  key: 'a',
  caseId: 'hehe:order-intake:SO-1',
  company: 'hehe',
  kind: 'order-reply',
  prefix: 'HH',
  year: 2026,
  language: 'zh',
  version: 1,
  createdAt: Date.UTC(2026, 8, 28),
  by: 'engine',
  ...more,
});
const print = async (number: string) => ({ bytes: Buffer.from(`printed ${number}`), content: { ...content, number } });

describe('documents', () => {
  it('are numbered from 1 in each company, kind and year, and kept with their bytes', async () => {
    const first = await documents.issue(request({ company: 'one', key: 'one-1' }), print);
    const second = await documents.issue(request({ company: 'one', key: 'one-2', version: 2, replaces: first.id }), print);
    const nextYear = await documents.issue(request({ company: 'one', key: 'one-3', year: 2027 }), print);
    const other = await documents.issue(request({ company: 'two', key: 'two-1', prefix: 'JH' }), print);
    expect([first, second, nextYear, other].map(({ number }) => number)).toEqual([
      'HH-OR-2026-00001',
      'HH-OR-2026-00002',
      'HH-OR-2027-00001',
      'JH-OR-2026-00001',
    ]);
    expect(await documents.get(second.id)).toEqual(second);
    expect(second).toMatchObject({
      id: 'one:HH-OR-2026-00002',
      version: 2,
      replaces: first.id,
      reprints: 0,
      createdAt: Date.UTC(2026, 8, 28),
    });
    expect(second.content.number).toBe(second.number);
    expect(Buffer.from((await documents.bytes(first.id)) ?? []).toString()).toBe('printed HH-OR-2026-00001');
    expect((await documents.replacedBy(first.id))?.id).toBe(second.id);
    expect(await documents.replacedBy(second.id)).toBeUndefined();
    expect(await documents.get('one:none')).toBeUndefined();
    expect(await documents.bytes('one:none')).toBeUndefined();
  });

  it('have no gap when twenty are issued at once and some of them fail', async () => {
    const issues = Array.from({ length: 26 }, (_, index) =>
      documents.issue(request({ company: 'busy', key: `busy-${index}`, caseId: `busy:order-intake:${index}` }), async (number) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (index % 4 === 3) throw new Error('the printer broke');
        return print(number);
      }),
    );
    const ended = await Promise.allSettled(issues);
    const numbers = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value.number] : []));
    expect(numbers).toHaveLength(20);
    expect(numbers.toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => `HH-OR-2026-${String(index + 1).padStart(5, '0')}`));
    const next = await documents.issue(request({ company: 'busy', key: 'busy-next' }), print);
    expect(next.number).toBe('HH-OR-2026-00021');
  });

  it('are issued once per key, also at the same time', async () => {
    let prints = 0;
    const counted = (number: string) => {
      prints += 1;
      return print(number);
    };
    const same = await Promise.all(Array.from({ length: 8 }, () => documents.issue(request({ company: 'once', key: 'once' }), counted)));
    expect(new Set(same.map(({ id }) => id))).toEqual(new Set(['once:HH-OR-2026-00001']));
    expect(prints).toBe(1);
  });

  it('keep equal bytes once, and notice bytes that were changed', async () => {
    const equal = async (number: string) => ({ bytes: Buffer.from('the same'), content: { ...content, number } });
    const one = await documents.issue(request({ company: 'equal', key: 'equal-1' }), equal);
    const two = await documents.issue(request({ company: 'equal', key: 'equal-2' }), equal);
    expect(one.hash).toBe(two.hash);
    expect((await pool.query('select 1 from document_bytes where hash = $1', [one.hash])).rowCount).toBe(1);
    await pool.query("update document_bytes set bytes = 'forged' where hash = $1", [one.hash]);
    await expect(documents.bytes(one.id)).rejects.toThrow('not those that were issued');
  });

  it('are found by case, the newest first', async () => {
    const caseId = 'found:order-intake:1';
    const first = await documents.issue(request({ company: 'found', caseId, key: 'found-1' }), print);
    const second = await documents.issue(request({ company: 'found', caseId, key: 'found-2', createdAt: Date.UTC(2026, 8, 29) }), print);
    expect((await documents.latest(caseId, 'order-reply'))?.id).toBe(second.id);
    expect((await documentsOfCase(pool, caseId)).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('when printed again, count it and say so', async () => {
    const printer = createPrinter();
    const first = await documents.issue(request({ company: 'again', key: 'again-1' }), async (number) => {
      const { bytes } = await printer.print({ ...content, number }, { at: 0 });
      return { bytes, content: { ...content, number } };
    });
    const who = { by: 'u-chen', at: Date.UTC(2026, 9, 1), utcOffsetMinutes: 480 };
    const again = await printAgain({ documents, printer }, first.id, who);
    const twice = await printAgain({ documents, printer }, first.id, who);
    expect([again?.n, twice?.n, (await documents.get(first.id))?.reprints]).toEqual([1, 2, 2]);
    expect(Buffer.from(again!.bytes).equals(Buffer.from(twice!.bytes))).toBe(false);
    const { rows } = await pool.query('select n, by from document_print where document_id = $1 order by n', [first.id]);
    expect(rows).toEqual([
      { n: 1, by: 'u-chen' },
      { n: 2, by: 'u-chen' },
    ]);
    expect(await printAgain({ documents, printer }, 'again:none', who)).toBeUndefined();
  });
});
