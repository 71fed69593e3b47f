import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noticeMailer } from '../../client/cli/parts.js';
import { startOutbox } from '../../db/outbox.js';
import { procedures } from '../../workflows/procedures.js';
import { type MailServer, startMailServer } from '../adapters/mail-server.js';
import { exampleOrder, hehe } from '../support/hehe-orders.js';
import { type Body, Plant } from '../support/plant.js';

const addresses: Readonly<Record<string, string>> = { 'chen-li': 'chen@hehe.example', 'siti-rahayu': 'siti@hehe.example' };
let plant: Plant;
let server: MailServer;
let outbox: { stop(): Promise<void> };
const errors: string[] = [];
const startMailing = (smtpUrl?: string) =>
  startOutbox(plant.pool, { onError: (error) => errors.push(String(error)), pollMs: 200, mailNotice: noticeMailer(plant.pool, smtpUrl) });

beforeAll(async () => {
  server = await startMailServer();
  const { books, people, calendars, tradeBooks } = await hehe();
  const mailing = { ...books, hehe: { ...books['hehe']!, company: { ...books['hehe']!.company, notices: { mail: true } } } };
  const staff = people['hehe']!.map((person) => ({
    ...person,
    ...(addresses[person.id] === undefined ? {} : { mail: addresses[person.id]! }),
  }));
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  plant = await Plant.start({
    people: { ...people, hehe: staff },
    source: { books: mailing, calendars, tradeBooks, workflows, procedures },
    smtpUrl: server.url,
  });
  outbox = await startMailing(server.url);
});
afterAll(async () => {
  await outbox.stop();
  await plant.close();
  await server.close();
});

const order = () => plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder('connecting-rods', 1, crypto.randomUUID()));
/** Tells the merchandisers that their task waits. */
async function urged(): Promise<string> {
  const id = await order();
  const task = await plant.openTask(id, 'initial-review');
  const { status, body } = await plant.decide('zhang-min', task, { verb: 'urge' });
  expect(status, JSON.stringify(body)).toBe(200);
  return id;
}
const noticeOf = async (person: string, id: string): Promise<Body | undefined> =>
  [...((await plant.ask(person, 'GET', '/notices?limit=200')).body['items'] ?? [])].find((item) => String(item['caseId']) === id);
const mailIs = (person: string, id: string, state: string) =>
  plant.until(
    async () => String((await noticeOf(person, id))?.['mail']?.['state']),
    (seen) => seen === state,
    30_000,
  );
const to = (name: string): string[] => server.accepted.filter((message) => message.includes(`<${addresses[name]}>`));
/** The text of a message, however it is encoded. */
function plain(message: string): string {
  const body = message.split('\r\n\r\n').slice(1).join('\r\n\r\n');
  if (message.includes('Content-Transfer-Encoding: base64')) return Buffer.from(body, 'base64').toString('utf8');
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
/** Everything that was to be mailed has come to an end. */
const mailed = () =>
  plant.until(
    async () => (await plant.pool.query<{ n: number }>('select count(*)::integer as n from graphile_worker.jobs')).rows[0]?.n,
    (jobs) => jobs === 0,
    30_000,
  );

describe('a notice to somebody with an address, where the company mails notices', () => {
  it('is mailed to each in their own language, once; others find it in the list alone', async () => {
    const id = await urged();
    await Promise.all([mailIs('chen-li', id, 'handed-over'), mailIs('siti-rahayu', id, 'handed-over')]);
    expect([to('chen-li').length, to('siti-rahayu').length]).toEqual([1, 1]);
    const [chinese = ''] = to('chen-li');
    const [indonesian = ''] = to('siti-rahayu');
    expect(plain(chinese)).toMatch(/张敏[^]*流程单：/);
    expect(plain(indonesian)).toMatch(/张敏[^]*Proses: /);
    expect(chinese).toMatch(/From: [^\n]*<orders@hehe\.example\.com>/);
    expect(await noticeOf('li-mei', id)).toMatchObject({ mail: null });
    expect(server.accepted).toHaveLength(2);
    await mailed();
  });

  it('that reminds of a task says which and when it is due', async () => {
    const before = to('chen-li').length;
    const id = await order();
    const { ladder = [] } = await plant.openTask(id, 'initial-review');
    await plant.forward(id, Math.ceil((ladder[0]!.at - Date.now()) / 1_000) + 1);
    const reminded = async () =>
      [...((await plant.ask('chen-li', 'GET', '/notices?limit=200')).body['items'] ?? [])].find(
        (item) => String(item['caseId']) === id && String(item['notice']) === 'reminder',
      );
    const reminder = await plant.until(reminded, (seen) => String(seen?.['mail']?.['state']) === 'handed-over', 30_000);
    await mailed();
    expect(to('chen-li').slice(before).map(plain).join()).toContain(String(reminder?.['sentence']));
  });

  it('that the server refuses says so with the notice; no task opens, no case is stuck', async () => {
    server.next.push({ at: 'addressee', code: 550, words: 'no such mailbox' }, { at: 'addressee', code: 550, words: 'no such mailbox' });
    const id = await urged();
    await Promise.all([mailIs('chen-li', id, 'refused'), mailIs('siti-rahayu', id, 'refused')]);
    expect((await noticeOf('chen-li', id))?.['mail']).toMatchObject({ answer: expect.stringContaining('no such mailbox') });
    expect(await plant.open(id)).toEqual(['initial-review']);
    expect(await plant.radar('zhang-min', id)).toEqual([]);
  });

  it('of which the line broke after the message is of unknown outcome, and not sent again', async () => {
    const before = server.accepted.length;
    server.next.push('cut-after-message', 'cut-after-message');
    const id = await urged();
    await Promise.all([mailIs('chen-li', id, 'unknown'), mailIs('siti-rahayu', id, 'unknown')]);
    await mailed();
    expect(server.accepted).toHaveLength(before);
    server.next.length = 0;
  });

  it('is tried again after a passing fault; what is logged does not name the address', async () => {
    const before = server.accepted.length;
    const busy = { at: 'message', code: 451, words: 'busy: chen@hehe.example' } as const;
    server.next.push(busy, busy);
    const id = await urged();
    await Promise.all([mailIs('chen-li', id, 'handed-over'), mailIs('siti-rahayu', id, 'handed-over')]);
    expect(server.accepted).toHaveLength(before + 2);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.join()).not.toMatch(/@|busy/);
  });

  it('whose sender died in the middle is not sent again: nobody knows whether it arrived', async () => {
    await outbox.stop();
    const before = server.accepted.length;
    const id = await urged();
    await plant.pool.query("update person_notice set mail_state = 'handing-over' where case_id = $1 and mail_state is not null", [id]);
    outbox = await startMailing(server.url);
    await Promise.all([mailIs('chen-li', id, 'unknown'), mailIs('siti-rahayu', id, 'unknown')]);
    expect(server.accepted).toHaveLength(before);
  });

  it('is kept where there is no mail server', async () => {
    await outbox.stop();
    const before = server.accepted.length;
    outbox = await startMailing();
    const id = await urged();
    await Promise.all([mailIs('chen-li', id, 'kept'), mailIs('siti-rahayu', id, 'kept')]);
    expect(server.accepted).toHaveLength(before);
    const { rows } = await plant.pool.query('select told_to from kept_mail where case_id = $1 order by told_to', [id]);
    expect(rows).toEqual([{ told_to: 'chen@hehe.example' }, { told_to: 'siti@hehe.example' }]);
  });

  it('is not mailed where the company does not say so', async () => {
    await plant.pool.query("update company set policy = policy - 'notices' where id = 'hehe'");
    const id = await urged();
    expect(await noticeOf('chen-li', id)).toMatchObject({ mail: null });
  });
});
