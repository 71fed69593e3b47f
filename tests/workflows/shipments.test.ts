import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTradeBooks } from '../../db/books.js';
import { loadBooks } from '../../policies/load.js';
import { exampleOrder } from '../support/hehe-orders.js';
import { type Buyer, buyer, credit, go, opens, say, ship, shown, upToGate } from '../support/jinhui-shipments.js';
import { Plant } from '../support/plant.js';
import { tradeDesk } from '../support/trade.js';

const hour = 3_600;
let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = await loadBooks('policies');
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks } });
});
afterAll(() => plant.close());

const ends = (id: string) => plant.client.workflow.getHandle(id).result();
const papers = async (id: string) => {
  const { body } = await plant.ask('shen-lan', 'GET', `/cases/${encodeURIComponent(id)}/documents`);
  return [...(body['printed'] ?? [])].map((paper) => ({
    id: String(paper['id']),
    kind: String(paper['kind']),
    number: String(paper['number']),
  }));
};

describe.concurrent('a routine shipment', () => {
  it('within the limit goes from the notice to the gate, with numbered papers, and the books follow', async () => {
    const who = await buyer(plant);
    const id = await ship(plant, who);
    await go(plant, id, 'type', 'notice');
    expect((await shown(plant, id, 'finance-check'))['verdict']).toMatchObject({
      verdict: 'within',
      exposureMinor: 0,
      exposureWithShipmentMinor: 100_000,
    });
    await go(plant, id, 'finance-check');
    expect(await credit(plant, who)).toEqual({ released: 0, shipped: 0, exposure: 0 });
    await go(plant, id, 'manager-review');
    await opens(plant, id, 'distribute');
    expect(await credit(plant, who)).toEqual({ released: 100_000, shipped: 0, exposure: 100_000 });
    expect((await papers(id)).map(({ kind }) => kind)).toEqual(['shipping-notice']);
    await go(plant, id, 'distribute', 'prepare', 'quality-check', 'transport', 'load', 'sign-with-carrier');
    const pass = String((await shown(plant, id, 'gate'))['gatePass']);
    expect((await plant.complete('he-changshun', id, 'gate', { outcome: 'let-out', gatePass: pass })).status).toBe(200);
    await say(plant, id, 'shipped-data', { lines: { '1': { quantity: 90 } } });
    const printed = await papers(id);
    expect(printed.map(({ kind }) => kind)).toEqual(['shipping-notice', 'transport-notice', 'delivery-note', 'gate-pass']);
    const { rows: named } = await plant.pool.query<{ customer: string }>(
      `select distinct content->'facts'->>'customer' as customer from document where id = any($1)`,
      [printed.map((paper) => paper.id)],
    );
    expect(named).toEqual([{ customer: '测试客户' }]);
    expect(await ends(id)).toMatchObject({ result: 'shipped', amountMinor: 90_000, gatePass: pass, shippingNotice: printed[0]?.number });
    expect(pass).toMatch(/^JH-GP-\d{4}-\d{5}$/);
    expect(await credit(plant, who)).toEqual({ released: 0, shipped: 90_000, exposure: 90_000 });
    const order = await createTradeBooks(plant.pool).order('jinhui', who.order);
    expect(order?.lines).toMatchObject([{ shipped: 90, released: 0 }]);
  });

  it('with overdue money needs a reason, which the manager sees', async () => {
    const id = await ship(plant, await buyer(plant, { overdue: 50_000 }));
    await go(plant, id, 'type', 'notice', 'finance-check', 'overdue-reason');
    expect(await shown(plant, id, 'manager-review')).toMatchObject({
      overdueReason: '客户周五付款',
      verdict: { verdict: 'overdue', overdueMinor: 50_000 },
    });
    await go(plant, id, 'manager-review', 'distribute', 'prepare');
  });

  it('over the limit is decided by nobody but the general manager; held, it is checked again', async () => {
    const who = await buyer(plant, { limit: 99_999 });
    const id = await ship(plant, who);
    await go(plant, id, 'type', 'notice', 'finance-check', 'manager-review');
    await opens(plant, id, 'general-manager-review');
    expect(await plant.complete('pan-guohua', id, 'general-manager-review', { outcome: 'ship' })).toMatchObject({
      status: 403,
      body: { code: 'NOT_YOURS' },
    });
    await say(plant, id, 'general-manager-review', { outcome: 'hold', reason: '先回款' });
    await plant.pool.query('update book_customer set credit_limit = 100000 where code = $1', [who.customer]);
    await go(plant, id, 'collect');
    expect((await shown(plant, id, 'finance-check'))['verdict']).toMatchObject({ verdict: 'within' });
    await plant.pool.query('update book_customer set credit_limit = 99999 where code = $1', [who.customer]);
    await go(plant, id, 'finance-check', 'manager-review');
    // the second look right before the release finds what has changed since the check
    await go(plant, id, 'finance-check', 'manager-review', 'general-manager-review', 'distribute', 'prepare');
    expect(await credit(plant, who)).toMatchObject({ released: 100_000 });
  });

  it('that is sent back to its notice, or cancelled, gives its credit back', async () => {
    const who = await buyer(plant);
    const id = await ship(plant, who);
    await go(plant, id, 'type', 'notice', 'finance-check', 'manager-review', 'distribute');
    await opens(plant, id, 'prepare');
    expect(await credit(plant, who)).toMatchObject({ released: 100_000 });
    expect((await plant.sendBack('wu-genfa', id, 'prepare', 'notice')).status).toBe(200);
    await plant.until(
      () => credit(plant, who),
      ({ released }) => released === 0,
    );
    // what finance and manager saw is the same, so their answers stand, and the goods are set aside again
    await go(plant, id, 'notice');
    await opens(plant, id, 'prepare');
    expect(await credit(plant, who)).toMatchObject({ released: 100_000 });
    expect((await plant.command('shen-lan', id, { verb: 'cancel', reason: 'customer called' })).status).toBe(200);
    await plant.until(
      () => credit(plant, who),
      ({ released }) => released === 0,
    );
    expect(await ends(id)).toMatchObject({ cancelled: true });
  });

  it('that is called an emergency starts one, in the name of who said so', async () => {
    const id = await ship(plant, await buyer(plant));
    await say(plant, id, 'type', { outcome: 'emergency' });
    expect(await ends(id)).toEqual({ result: 'other-procedure', procedure: 'shipment-emergency' });
    const other = id.replace('shipment-routine', 'shipment-emergency');
    await opens(plant, other, 'phone-release');
    expect((await plant.ledger(other))[0]).toMatchObject({ type: 'begun', by: 'shen-lan' });
  });
});

describe.concurrent('at the gate and after it', () => {
  it('a gate pass of another shipment is refused in words, and nothing is recorded', async () => {
    const [mine, other] = await Promise.all([ship(plant, await buyer(plant)), ship(plant, await buyer(plant))]);
    await Promise.all([go(plant, mine, ...upToGate), go(plant, other, ...upToGate)]);
    const pass = String((await shown(plant, mine, 'gate'))['gatePass']);
    const wrong = String((await shown(plant, other, 'gate'))['gatePass']);
    const { turn } = await plant.view(mine);
    const task = await plant.openTask(mine, 'gate');
    const path = `/tasks/${encodeURIComponent(task.id)}/commands`;
    const body = { verb: 'complete', rev: task.rev, data: { outcome: 'let-out', gatePass: wrong } };
    const answers = await Promise.all(
      ['zh', 'en', 'id'].map((language) => plant.ask('he-changshun', 'POST', path, body, { 'accept-language': language })),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 400, body: { code: 'NOT_AS_SHOWN', field: '/data/gatePass' } });
    expect(new Set(answers.map((answer) => answer.body['message'])).size).toBe(3);
    expect((await plant.view(mine)).turn).toBe(turn);
    await plant.complete('he-changshun', mine, 'gate', { outcome: 'stopped', reason: 'wrong pass' });
    await go(plant, mine, 'gate-stop');
    await opens(plant, mine, 'gate');
    expect((await plant.complete('he-changshun', mine, 'gate', { outcome: 'let-out', gatePass: ` ${pass.toLowerCase()} ` })).status).toBe(
      200,
    );
    await opens(plant, mine, 'shipped-data');
    expect(await plant.complete('wu-genfa', mine, 'shipped-data', { lines: { '1': { quantity: 101 } } })).toMatchObject({
      status: 400,
      body: { code: 'MORE_THAN_SHOWN', field: '/data/lines/1/quantity', values: { most: 100 } },
    });
    await go(plant, mine, 'shipped-data');
    expect(await ends(mine)).toMatchObject({ result: 'shipped' });
  });
});

describe('a shipment that does not fit the books', () => {
  const today = new Date().toISOString().slice(0, 10);
  const cases: readonly [string, (who: Buyer, other: Buyer) => object, object][] = [
    ['an unknown customer', ({ order }) => ({ customer: 'K-0', order }), { code: 'CUSTOMER_UNKNOWN', field: '/subject/customer' }],
    ['an unknown order', ({ customer }) => ({ customer, order: 'SO-0' }), { code: 'ORDER_UNKNOWN', field: '/subject/order' }],
    ['an order of another customer', ({ customer }, { order }) => ({ customer, order }), { code: 'ORDER_OF_ANOTHER' }],
    [
      'an unknown line',
      (who) => ({ ...who, lines: [{ id: '9', quantity: 1 }] }),
      { code: 'ORDERED_LINE_UNKNOWN', field: '/subject/lines/0/id' },
    ],
    [
      'more than is ordered',
      (who) => ({ ...who, lines: [{ id: '1', quantity: 100_001 }] }),
      { code: 'ORDERED_EXCEEDED', field: '/subject/lines/0/quantity', values: { asked: 100_001, open: 100_000, unit: 'kg' } },
    ],
    [
      'more than is in stock, today',
      () => ({ customer: 'C-3001', order: 'SO-2611-018', shipDate: today, lines: [{ id: '1', quantity: 20_000 }] }),
      { code: 'STOCK_EXCEEDED', values: { open: 100 } },
    ],
  ];
  it.each(cases)('%s is refused in three languages, and nothing is written', async (_what, part, problem) => {
    await tradeDesk(plant.pool).counted('jinhui', 'DTY-150-48', 100);
    const [who, other] = [await buyer(plant), await buyer(plant)];
    const subject = { shipDate: '2027-03-01', lines: [{ id: '1', quantity: 1 }], ...part(who, other) };
    const count = async () =>
      (
        await plant.pool.query(
          'select (select count(*) from command) as commands, (select count(*) from kase) as cases, (select count(*) from book_posting) as postings',
        )
      ).rows;
    const before = await count();
    const answers = await Promise.all(
      ['zh', 'en', 'id'].map((language) =>
        plant.ask(
          'shen-lan',
          'POST',
          '/cases',
          { company: 'jinhui', procedure: 'shipment-routine', subject },
          { 'accept-language': language },
        ),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ body: problem });
    expect(answers.every(({ status }) => status === 400 || status === 404)).toBe(true);
    expect(new Set(answers.map((answer) => answer.body['message'])).size).toBe(3);
    expect(await count()).toEqual(before);
  });

  it('is refused as an amendment too; what the case itself has set aside is not counted against it', async () => {
    const who = await buyer(plant, { grade: 'A' });
    const id = await ship(plant, who, 60_000);
    await go(plant, id, 'type', 'notice', 'finance-check', 'manager-review', 'distribute');
    await opens(plant, id, 'prepare');
    expect(await plant.amend('shen-lan', id, { lines: { '1': { quantity: 100_001 } } })).toMatchObject({
      status: 400,
      body: { code: 'ORDERED_EXCEEDED' },
    });
    expect(await plant.amend('shen-lan', id, { lines: { '1': { quantity: 100_000 } } })).toMatchObject({ status: 200 });
    await go(plant, id, 'type', 'notice', 'finance-check', 'manager-review', 'distribute', 'prepare');
    expect(await credit(plant, who)).toMatchObject({ released: 100_000_000 });
  });

  it('does not keep a start that was accepted from giving the same answer again', async () => {
    const who = await buyer(plant);
    const subject = { ...who, shipDate: '2027-03-01', lines: [{ id: '1', quantity: 100 }] };
    const start = () =>
      plant.ask(
        'shen-lan',
        'POST',
        '/cases',
        { company: 'jinhui', procedure: 'shipment-routine', subject },
        { 'idempotency-key': `again-${who.customer}` },
      );
    const first = await start();
    const took = { company: 'jinhui', caseId: `jinhui:x:${who.order}`, key: who.order, ...who, lines: [{ line: '1', quantity: 99_950 }] };
    await plant.pool.query("update book_customer set grade = 'A' where code = $1", [who.customer]);
    expect(await tradeDesk(plant.pool).release(took)).toMatchObject({ granted: true });
    expect(await start()).toMatchObject({ status: 201, body: { caseId: first.body['caseId'] } });
  });
});

describe.concurrent('an emergency shipment', () => {
  const left = async (limit = 300_000) => {
    const who = await buyer(plant, { limit });
    const id = await ship(plant, who, 100, 'shipment-emergency');
    await go(plant, id, 'phone-release', ...(limit < 100_000 ? ['phone-consent'] : []));
    await go(plant, id, 'warehouse-release', 'quality-release', 'gate-note', 'goods-left');
    await opens(plant, id, 'finance-check-after');
    return { who, id };
  };
  const late = async (id: string) => (await plant.ledger(id)).filter(({ type }) => type === 'overdue').length;

  it('whose papers come within one working day is shipped, and was never late', async () => {
    const { who, id } = await left();
    expect(await credit(plant, who)).toEqual({ released: 0, shipped: 100_000, exposure: 100_000 });
    await go(plant, id, 'finance-check-after', 'manager-review-after', 'papers');
    expect(await ends(id)).toMatchObject({ result: 'shipped', amountMinor: 100_000 });
    expect(await late(id)).toBe(0);
    expect((await papers(id)).map(({ kind }) => kind)).toEqual(['shipping-notice', 'delivery-note', 'gate-pass']);
  });

  it('whose papers are late goes up the ladder to the managers, and stays open', async () => {
    const { id } = await left(99_999);
    await plant.forward(id, 12 * 24 * hour);
    await plant.until(
      () => late(id),
      (count) => count > 0,
    );
    expect(await plant.radar('pan-guohua', id)).toContain('overdue');
    const told = await plant.until(
      async () => (await plant.ledger(id)).filter(({ type, clock }) => type === 'clock' && clock?.clock === 'papers').at(-1)?.clock,
      (clock) => clock?.state === 'overdue',
    );
    expect(JSON.stringify(told)).toContain('sales-manager');
    await go(plant, id, 'finance-check-after', 'manager-review-after', 'general-manager-review-after', 'papers');
    expect(await ends(id)).toMatchObject({ result: 'shipped' });
  });

  it('whose papers are refused is a recorded irregularity: the goods are gone, and the books say so', async () => {
    const { who, id } = await left();
    await say(plant, id, 'finance-check-after', { outcome: 'refused', reason: '无合同' });
    await go(plant, id, 'papers');
    expect(await ends(id)).toMatchObject({
      result: 'irregularity',
      refusedAt: 'finance-check-after',
      reason: '无合同',
      amountMinor: 100_000,
    });
    expect(await credit(plant, who)).toEqual({ released: 0, shipped: 100_000, exposure: 100_000 });
  });
});

describe('two companies in one installation', () => {
  it('see nothing of each other, and run side by side', async () => {
    const [theirs, ours] = [
      await ship(plant, await buyer(plant)),
      await plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder('connecting-rods', 1, crypto.randomUUID())),
    ];
    const path = `/cases/${encodeURIComponent(theirs)}`;
    expect(await plant.ask('chen-li', 'GET', path)).toMatchObject({ status: 404, body: { code: 'CASE_UNKNOWN' } });
    expect(await plant.ask('guan-zheng', 'GET', path)).toMatchObject({ status: 404 });
    expect(await plant.complete('chen-li', theirs, 'type', { outcome: 'routine' })).toMatchObject({
      status: 404,
      body: { code: 'TASK_UNKNOWN' },
    });
    expect(await plant.ask('chen-li', 'POST', '/cases', { company: 'jinhui', procedure: 'shipment-routine', subject: {} })).toMatchObject({
      status: 404,
      body: { code: 'COMPANY_UNKNOWN' },
    });
    for (const [person, foreign] of [
      ['chen-li', 'jinhui'],
      ['shen-lan', 'hehe'],
    ] as const)
      for (const list of ['/tasks?view=mine', '/tasks?view=group', '/tasks?view=team', '/cases?', '/radar?', '/customers?', '/products?'])
        expect(JSON.stringify((await plant.ask(person, 'GET', list)).body), `${person} ${list}`).not.toContain(`"company":"${foreign}"`);
    expect(await plant.open(ours)).toEqual(['initial-review']);
    await go(plant, theirs, 'type');
  });
});
