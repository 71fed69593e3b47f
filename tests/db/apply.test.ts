import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { submit } from '../../db/journal.js';
import { applyRows, verifyChain } from '../../db/ledger.js';
import { deliverNotice } from '../../db/outbox.js';
import { entry, Scribe, useDatabase } from './stage.js';

const database = useDatabase();
const openKeys = (applied: { readonly openTasks: readonly { readonly key: string }[] }): string[] =>
  applied.openTasks.map(({ key }) => key);

/** A case with a task that was answered, and a second one that is open: 5 rows in 2 turns. */
const twoTurns = (number: string): Scribe => {
  const scribe = new Scribe(number);
  scribe.begun(scribe.task('opened', 'review'));
  return scribe.turn([
    scribe.task(
      'completed',
      'review',
      { state: 'completed', closedAt: 1_700_000_002_000, closedBy: 'wang', outcome: 'accurate' },
      { by: 'wang', body: { data: { verdict: 'accurate' } } },
    ),
    scribe.task('opened', 'plan', {
      seats: [{ id: '1', candidates: [{ role: 'planner' }, { person: 'chen' }] }],
      dueAt: 1_700_100_000_000,
    }),
    { type: 'chosen', body: { key: 'x', branch: 'y' } },
  ]);
};

describe('when rows of a case come in order', () => {
  it('then each turn shows in the case, its tasks, seats and ledger', async () => {
    const { caseId, rows } = twoTurns('A1');
    const first = await applyRows(database.pool, caseId, rows.slice(0, 2));
    expect(first).toMatchObject({ seq: 2, turn: 1, digest: 'd1', status: 'open', gap: false });
    expect(openKeys(first)).toEqual(['review']);
    const second = await applyRows(database.pool, caseId, rows.slice(2));
    expect(second).toMatchObject({ seq: 5, turn: 2, digest: 'd2', gap: false });
    expect(openKeys(second)).toEqual(['plan']);
    expect(second.openTasks[0]).toEqual(rows[3]?.task);

    const { rows: seats } = await database.pool.query('select seat, n, key, open from seat where task_id like $1 order by task_id, n', [
      `${caseId}/%`,
    ]);
    expect(seats).toEqual([
      { seat: '1', n: 1, key: 'role:planner', open: true },
      { seat: '1', n: 2, key: 'person:chen', open: true },
      { seat: '1', n: 1, key: 'role:clerk', open: false },
    ]);
    expect(await verifyChain(database.pool, caseId)).toEqual({ ok: true, rows: 5 });
  });
});

describe('when rows come twice, late or with a gap', () => {
  it('then those that are there are passed over', async () => {
    const { caseId, rows } = twoTurns('B1');
    await applyRows(database.pool, caseId, rows);
    const again = await applyRows(database.pool, caseId, rows);
    expect(again).toMatchObject({ seq: 5, gap: false });
    const earlier = await applyRows(database.pool, caseId, rows.slice(0, 2));
    expect(openKeys(earlier)).toEqual(['plan']);
    expect(await verifyChain(database.pool, caseId)).toEqual({ ok: true, rows: 5 });
  });

  it('then nothing after a gap is taken, and the gap is told', async () => {
    const { caseId, rows } = twoTurns('B2');
    expect(await applyRows(database.pool, caseId, rows.slice(2))).toMatchObject({ seq: 0, gap: true });
    await applyRows(database.pool, caseId, rows.slice(0, 2));
    expect(await applyRows(database.pool, caseId, rows.slice(3))).toMatchObject({ seq: 2, gap: true });
    expect(await applyRows(database.pool, caseId, rows.slice(1))).toMatchObject({ seq: 5, gap: false });
  });

  it('then a command whose turn is not all there stays pending', async () => {
    const { caseId, rows } = twoTurns('B3');
    await submit(database.pool, entry('b3', caseId), 'me');
    const finishing = { id: 'b3', seq: 5, answer: { turn: 2, status: 'open', flying: 0 } } as const;
    await applyRows(database.pool, caseId, rows.slice(0, 4), finishing);
    const status = async (): Promise<unknown> => (await database.pool.query("select status, answer from command where id = 'b3'")).rows[0];
    expect(await status()).toEqual({ status: 'pending', answer: null });
    await applyRows(database.pool, caseId, rows, finishing);
    expect(await status()).toEqual({ status: 'done', answer: { turn: 2, status: 'open', flying: 0 } });
  });
});

describe('when two processes bring the same rows at once', () => {
  it('then the ledger has no gap, no double and a valid chain', async () => {
    const scribes = Array.from({ length: 10 }, (_, n) => twoTurns(`C${n}`));
    await Promise.all(
      scribes.flatMap(({ caseId, rows }) => [
        applyRows(database.pool, caseId, rows),
        applyRows(database.pool, caseId, rows.slice(0, 2)),
        applyRows(database.pool, caseId, rows.slice(0, 4)),
        applyRows(database.pool, caseId, rows),
      ]),
    );
    for (const { caseId } of scribes) expect(await verifyChain(database.pool, caseId)).toEqual({ ok: true, rows: 5 });
  });
});

describe('when the ledger is tampered with', () => {
  const broken = async (number: string, sql: string): Promise<unknown> => {
    const { caseId, rows } = twoTurns(number);
    await applyRows(database.pool, caseId, rows);
    await database.pool.query(sql, [caseId]);
    return verifyChain(database.pool, caseId);
  };
  it('then a changed answer is found', async () => {
    expect(
      await broken('D1', `update ledger set row = replace(row::text, '"accurate"', '"wrong"')::json where case_id = $1 and seq = 3`),
    ).toEqual({ ok: false, brokenAt: 3 });
  });
  it('then a row left out is found', async () => {
    expect(await broken('D2', 'delete from ledger where case_id = $1 and seq = 4')).toEqual({ ok: false, brokenAt: 4 });
  });
  it('then a last row cut off is found', async () => {
    expect(await broken('D3', 'delete from ledger where case_id = $1 and seq = 5')).toEqual({ ok: false, brokenAt: 5 });
  });
  it('then a ledger moved to another case is found', async () => {
    const { caseId, rows } = twoTurns('D4');
    await applyRows(database.pool, caseId, rows);
    await database.pool.query("update ledger set case_id = 'hehe:order-intake:D4b' where case_id = $1", [caseId]);
    expect(await verifyChain(database.pool, 'hehe:order-intake:D4b')).toMatchObject({ ok: false });
  });
});

describe('when a case begins', () => {
  it('then its subject is taken from the start command, with what lists show', async () => {
    const scribe = new Scribe('E1');
    const subject = { customer: '上海电机', customerPo: 'PO-77', lines: [{ id: '1' }], note: 'urgent', priority: 3 };
    await submit(
      database.pool,
      { ...entry('e1', scribe.caseId), verb: 'begin', subjectHash: 'subject-E1', body: JSON.stringify({ edition: 'e1', subject }) },
      'me',
    );
    scribe.begun(scribe.task('opened', 'review'));
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const { rows } = await database.pool.query('select title, search, value from kase join content on hash = subject_hash where id = $1', [
      scribe.caseId,
    ]);
    expect(rows).toEqual([{ title: '上海电机 PO-77', search: '上海电机 PO-77 urgent', value: subject }]);
  });

  it('then the command that began it is known by its subject and actor, also when nobody waits for it', async () => {
    const scribe = new Scribe('E2');
    await submit(
      database.pool,
      {
        ...entry('e2', scribe.caseId),
        verb: 'begin',
        actor: 'li',
        subjectHash: 'subject-E2',
        body: JSON.stringify({ edition: 'e1', subject: {} }),
      },
      'me',
    );
    scribe.begun();
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect((await database.pool.query("select status from command where id = 'e2'")).rows).toEqual([{ status: 'done' }]);
  });

  it('then an amended subject is shown as amended', async () => {
    const scribe = new Scribe('E3');
    scribe.begun();
    const subject = { customer: 'B', customerPo: 'PO-2' };
    scribe.turn([{ type: 'amended', body: { patch: {}, subject: 'amended-E3' }, contents: { 'amended-E3': subject } }]);
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const { rows } = await database.pool.query('select title, subject_hash from kase where id = $1', [scribe.caseId]);
    expect(rows).toEqual([{ title: 'B PO-2', subject_hash: 'amended-E3' }]);
  });
});

describe('when rows tell of more than tasks', () => {
  it('then each promised date is a version of its line, and what is no date is left out', async () => {
    const scribe = new Scribe('F1');
    const promises = (
      ...dates: readonly (string | null)[]
    ): { readonly promises: { line: string; date: string | null; cause: string }[] } => ({
      promises: dates.map((date, n) => ({ line: String(n + 1), date, cause: 'answer' })),
    });
    scribe.begun(scribe.task('opened', 'dates', { lines: ['1', '2', '3'] }));
    scribe.turn([scribe.task('answered-part', 'dates', { lines: ['3'] }, { by: 'pmc', body: promises('2027-01-10', '2027-01-11') })]);
    scribe.turn([
      scribe.task('completed', 'dates', { state: 'completed' }, { by: 'pmc', body: promises('2027-02-01', '2027-02-31', null) }),
    ]);
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const { rows } = await database.pool.query(
      'select line, version, date::text, agreed_by from promise where case_id = $1 order by line, version',
      [scribe.caseId],
    );
    expect(rows).toEqual([
      { line: '1', version: 1, date: '2027-01-10', agreed_by: 'pmc' },
      { line: '1', version: 2, date: '2027-02-01', agreed_by: 'pmc' },
      { line: '2', version: 1, date: '2027-01-11', agreed_by: 'pmc' },
    ]);
  });

  it('then effects, clocks, faults and their end are shown', async () => {
    const scribe = new Scribe('F2');
    scribe.begun(
      { type: 'effect', effect: { key: 'mail', effect: 'mail', input: 'h', state: 'flying', action: 'do' } },
      { type: 'clock', clock: { key: 'c', clock: 'reply', from: 1, dueAt: 2000, state: 'running' } },
    );
    scribe.turn([
      {
        type: 'effect',
        effect: { key: 'mail', effect: 'mail', input: 'h', state: 'failed', action: 'do', code: 'SMTP', detail: 'refused' },
      },
      { type: 'clock', clock: { key: 'c', clock: 'reply', from: 1, dueAt: 2000, state: 'overdue' } },
    ]);
    scribe.turn([{ type: 'faulted', body: { code: 'DUPLICATE_KEY', detail: 'x' } }], 'faulted');
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const shown = async (): Promise<unknown> =>
      (
        await database.pool.query(
          'select (select state from effect where case_id = k.id) as effect, (select state from clock where case_id = k.id) as clock, status, (select detail from alarm where case_id = k.id) as alarm from kase k where id = $1',
          [scribe.caseId],
        )
      ).rows[0];
    expect(await shown()).toEqual({ effect: 'failed', clock: 'overdue', status: 'faulted', alarm: { code: 'DUPLICATE_KEY', detail: 'x' } });
    scribe.turn([{ type: 'moved', body: { from: 'e1', to: 'e2' } }]);
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect(await shown()).toMatchObject({ status: 'open', alarm: null });
  });

  it('then a command named by its rows is done, whoever brings them', async () => {
    const scribe = new Scribe('F3');
    scribe.begun(scribe.task('opened', 'review'));
    await submit(database.pool, entry('f3', scribe.caseId), 'me');
    scribe.turn([{ ...scribe.task('completed', 'review', { state: 'completed' }), command: 'f3' } as never]);
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect((await database.pool.query("select status, answer from command where id = 'f3'")).rows).toEqual([
      { status: 'done', answer: { turn: 2, status: 'open', flying: 0 } },
    ]);
  });

  it('then text that PostgreSQL cannot hold does not keep the case out', async () => {
    const scribe = new Scribe('F4');
    scribe.begun({
      type: 'reported',
      body: { event: 'x', report: 'r', data: { text: 'a\u0000b\ud83dc\\u0000' } },
      contents: { 'c-F4': { text: '\u0000' } },
    });
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect(await verifyChain(database.pool, scribe.caseId)).toEqual({ ok: true, rows: 2 });
    const { rows } = await database.pool.query(
      "select row::jsonb #>> '{body,data,text}' as text from ledger where case_id = $1 and seq = 2",
      [scribe.caseId],
    );
    expect(rows).toEqual([{ text: 'a\uFFFDb\uFFFDc\\u0000' }]);
  });
});

describe('when a notice is told', () => {
  it('then it is kept under its kind, a correction counts on, and it goes to the people of the role', async () => {
    await database.pool.query(`insert into company values ('hehe', '{"roles": {"sales": {}, "warehouse": {}}}') on conflict do nothing`);
    await database.pool.query("insert into person (id, name, locale) values ('zhao', '赵', 'zh'), ('qian', '钱', 'zh')");
    await database.pool.query("insert into membership values ('zhao', 'hehe', 'sales'), ('qian', 'hehe', 'sales')");
    const books = {
      hehe: { company: {}, procedures: { 'order-intake': { implementation: 'x', notices: { reply: { document: 'order-reply' } } } } },
    };
    await database.pool.query("insert into edition (id, books, manifest, code) values ('e1', $1, '{}', '')", [JSON.stringify(books)]);
    const scribe = new Scribe('G1');
    const told = (
      shown: string,
      to = 'sales',
    ): { type: 'told'; notice: { key: string; notice: string; to: string; shown: string; correction: boolean } } => ({
      type: 'told',
      notice: { key: `reply-${to}`, notice: 'reply', to, shown, correction: false },
    });
    scribe.begun(told('a'), told('b'), told('c', 'warehouse'), told('d', 'customer'));
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const { rows: kept } = await database.pool.query(
      'select key, version, document, shown from notice where case_id = $1 order by key, version',
      [scribe.caseId],
    );
    expect(kept).toMatchObject([
      { key: 'reply-customer' },
      { key: 'reply-sales', version: 1, document: 'order-reply', shown: 'a' },
      { version: 2, shown: 'b' },
      { key: 'reply-warehouse' },
    ]);
    const { rows: jobs } = await database.pool.query(
      "select count(*)::integer as jobs from graphile_worker.jobs where task_identifier = 'deliver-notice'",
    );
    expect(jobs).toEqual([{ jobs: 1 }]);

    await deliverNotice(database.pool, { caseId: scribe.caseId, key: 'reply-sales', version: 2 });
    await expect(deliverNotice(database.pool, { caseId: scribe.caseId, key: 'reply-warehouse', version: 1 })).rejects.toThrow('nobody');
    const { rows: held } = await database.pool.query(
      'select person_id, key, version from person_notice where case_id = $1 order by person_id, version',
      [scribe.caseId],
    );
    expect(held).toEqual([
      { person_id: 'qian', key: 'reply-sales', version: 1 },
      { person_id: 'qian', key: 'reply-sales', version: 2 },
      { person_id: 'zhao', key: 'reply-sales', version: 1 },
      { person_id: 'zhao', key: 'reply-sales', version: 2 },
    ]);
    expect((await database.pool.query('select kind from alarm where case_id = $1', [scribe.caseId])).rows).toEqual([
      { kind: 'notice-undelivered' },
    ]);
  });
});

describe('when rows are applied', () => {
  it('then everyone who listens is told, once a turn', async () => {
    const heard: string[] = [];
    const listener = new pg.Client({ connectionString: database.url });
    await listener.connect();
    listener.on('notification', ({ payload }) => void heard.push(payload ?? ''));
    await listener.query('listen gendan_events');
    const { caseId, rows } = twoTurns('H1');
    await applyRows(database.pool, caseId, rows.slice(0, 2));
    await applyRows(database.pool, caseId, rows);
    await applyRows(database.pool, caseId, rows);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard.map((text) => JSON.parse(text) as unknown).filter((event) => (event as { caseId: string }).caseId === caseId)).toEqual([
      { caseId, company: 'hehe', turn: 1, kinds: ['begun', 'opened'] },
      { caseId, company: 'hehe', turn: 2, kinds: ['chosen', 'completed', 'opened'] },
    ]);
    await listener.end();
  });
});
