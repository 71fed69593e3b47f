import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recount } from '../../db/counts.js';
import { loadDirectory } from '../../db/directory.js';
import type { Person } from '../../domain/policy/policy.js';
import { Plant } from '../support/plant.js';
import { booksOf } from '../support/procedures/books.js';
import { crowd } from '../support/procedures/crowd/procedures.js';

/** Complaints 2 and 3 of the product page: the approver is away and the order waits; the wrong people see tasks, the right ones lose them. */
const words = { en: 'x', zh: 'x', id: 'x' };
const person = (id: string, role: string, more: Partial<Person> = {}): Person => ({ id, name: id, locale: 'en', roles: [role], ...more });
const people: readonly Person[] = [
  person('desk', 'desk'),
  person('pmc', 'pmc'),
  person('wang', 'technical', { sites: ['foshan'] }),
  person('xie', 'technical', { sites: ['zhaoqing'] }),
  person('li', 'price'),
  person('sun', 'dates'),
  person('boss', 'pmc'),
];
const hour = 3_600_000;
const day = (from: number, until: number) => ({
  from: new Date(Date.now() + from * hour).toISOString(),
  until: new Date(Date.now() + until * hour).toISOString(),
});

let plant: Plant;
const books = (() => {
  const made = booksOf({ crowd: { implementation: 'crowd' } });
  const tests = made['tests'];
  if (tests === undefined) throw new Error('the books of tests are missing');
  const company = { ...tests.company, sites: { foshan: words, zhaoqing: words }, absencesManagedBy: ['pmc'] };
  const procedure = tests.procedures['crowd'];
  if (procedure === undefined) throw new Error('crowd is missing');
  const [outcome = ''] = Object.keys(procedure.steps['price']!.outcomes);
  const steps = {
    ...procedure.steps,
    pmc: { ...procedure.steps['pmc']!, differentFrom: ['dates'] },
    price: { ...procedure.steps['price']!, skip: { by: ['pmc'], outcome } },
  };
  return { tests: { company, procedures: { crowd: { ...procedure, steps } } } };
})();

beforeAll(async () => {
  const workflows = fileURLToPath(new URL('../support/procedures/crowd/index.ts', import.meta.url));
  plant = await Plant.start({ source: { books, workflows, procedures: { crowd } }, people: { tests: people } });
});
afterAll(() => plant.close());

const begin = (subject: object = {}) =>
  plant.begin('desk', 'tests', 'crowd', {
    lines: [{ id: '1', quantity: 1, unitPriceMinor: 40_000 }],
    price: 5,
    currency: 'CNY',
    site: 'foshan',
    ...subject,
  });
const inbox = async (who: string, caseId: string) =>
  [...((await plant.ask(who, 'GET', '/tasks?limit=200')).body['items'] ?? [])].filter((item) => String(item['caseId']) === caseId);
const away = (who: string, body: object) => plant.ask(who, 'POST', '/absences', body);

describe('complaint 2: the approver is away, and the order waits', () => {
  it('when nobody stands in, then it is on the radar; when somebody is named, then they act for the one away, and every record says so', async () => {
    const id = await begin();
    expect(await away('wang', day(0, 24))).toMatchObject({ status: 201 });
    expect(await plant.radar('boss', id)).toContain('all-away');
    const { body } = await plant.ask('boss', 'GET', '/radar?cause=all-away');
    const stuck = [...body['items']!].find((item) => String(item['caseId']) === id)!;
    expect(String(stuck['sentence'])).toMatch(/wang away until .*; nobody stands in for/);
    expect([...stuck['actions']!]).toContainEqual({ action: 'set-stand-in', allowed: true });

    const [absence] = [...(await plant.ask('boss', 'GET', '/absences')).body['items']!];
    const limits = { amountMinor: 50_000, currency: 'CNY' };
    const changed = { ...day(0, 24), standIns: [{ person: 'li', limits }] };
    expect(await plant.ask('boss', 'PUT', `/absences/${String(absence!['id'])}`, changed)).toMatchObject({ status: 200 });
    expect(await plant.radar('boss', id)).not.toContain('all-away');
    expect((await inbox('li', id)).map((item) => [String(item['step']), item['actingFor']])).toContainEqual(['technical', 'wang']);

    const task = await plant.openTask(id, 'technical');
    const page = (await plant.ask('li', 'GET', `/tasks/${encodeURIComponent(task.id)}`)).body;
    expect(page['whyMine']).toMatchObject({ code: 'ACTING_FOR', role: 'technical', site: 'foshan', actingFor: 'wang' });
    expect(await plant.complete('li', id, 'technical')).toMatchObject({ status: 200 });
    const row = (await plant.ledger(id)).find(({ type }) => type === 'completed');
    expect(row).toMatchObject({
      by: 'li',
      actingFor: 'wang',
      task: { closedBy: 'li', closedFor: 'wang' },
      body: { grant: { rule: 'role:technical@foshan', substitutions: [`${String(absence!['id'])}/li`] } },
    });
    const timeline = [...(await plant.read('desk', id))['timeline']!];
    expect(timeline.map((entry) => String(entry['sentence']))).toContainEqual(expect.stringMatching(/^li completed .* for wang:/));

    const large = await begin({ lines: [{ id: '1', quantity: 1, unitPriceMinor: 50_001 }] });
    expect((await inbox('li', large)).map((item) => String(item['step']))).not.toContain('technical');
    expect(await plant.radar('boss', large)).toContain('all-away');
    expect(await plant.complete('li', large, 'technical')).toMatchObject({
      status: 403,
      body: { code: 'ABOVE_LIMIT', values: { limitMinor: 50_000 } },
    });
    expect(await recount(plant.pool)).toEqual([]);
  });
});

describe('complaint 3: the wrong people see tasks, the right ones lose them', () => {
  it('when a case is of a site, then only people of that site have it, and it follows the case to another', async () => {
    const id = await begin();
    expect((await inbox('xie', id)).map((item) => String(item['step']))).not.toContain('technical');
    expect(await plant.complete('xie', id, 'technical')).toMatchObject({
      status: 403,
      body: { code: 'OTHER_SITE', values: { site: 'foshan' } },
    });
    const task = await plant.openTask(id, 'technical');
    const fit = (await plant.ask('boss', 'GET', `/people?for=complete&task=${encodeURIComponent(task.id)}`)).body['items']!;
    const verdict = (who: string) => [...fit].find((one) => String(one['person']) === who);
    expect(verdict('wang')).toMatchObject({ allowed: true, away: {} });
    expect(verdict('xie')).toMatchObject({ allowed: false, whyNot: { code: 'OTHER_SITE' } });
    expect(await plant.amend('desk', id, { site: 'zhaoqing' })).toMatchObject({ status: 200 });
    expect((await inbox('xie', id)).map((item) => String(item['step']))).toContain('technical');
    expect((await inbox('wang', id)).map((item) => String(item['step']))).not.toContain('technical');
  });

  it('when who has taken a task may not fill it any more, then it is free for those who may', async () => {
    const id = await begin();
    expect(await plant.decide('wang', await plant.openTask(id, 'technical'), { verb: 'claim' })).toMatchObject({ status: 200 });
    expect((await plant.complete('boss', id, 'technical')).body).toMatchObject({ code: 'NOT_YOURS' });
    expect(await plant.amend('desk', id, { site: 'zhaoqing' })).toMatchObject({ status: 200 });
    expect((await plant.complete('xie', id, 'technical')).body).toMatchObject({ task: { state: 'completed' } });
  });

  it('when it is asked who may do what to a task, then those who manage the procedure and who answered it are among them', async () => {
    const id = await begin();
    const task = await plant.openTask(id, 'price');
    const fit = async (verb: string) => {
      const { body } = await plant.ask('boss', 'GET', `/people?for=${verb}&task=${encodeURIComponent(task.id)}`);
      return [...body['items']!].filter((one) => String(one['allowed']) === 'true').map((one) => String(one['person']));
    };
    expect(await fit('complete')).toEqual(['li']);
    expect(await fit('transfer')).toEqual(['desk', 'li']);
    expect(await fit('withdraw')).toEqual([]);
    expect(await plant.complete('li', id, 'price')).toMatchObject({ status: 200 });
    expect(await fit('withdraw')).toEqual(['li']);
  });

  it('when somebody has proposed to skip a step, then confirming it is offered to a second person only', async () => {
    const id = await begin();
    const task = await plant.openTask(id, 'price');
    const button = async (who: string) => {
      const { verbs } = (await plant.ask(who, 'GET', `/tasks/${encodeURIComponent(task.id)}`)).body;
      const skip = [...verbs!].find(({ verb }) => String(verb) === 'skip');
      return String(skip?.['allowed']) === 'true' || skip?.['whyNot']?.['code'];
    };
    const skip = async (who: string) => plant.decide(who, await plant.openTask(id, 'price'), { verb: 'skip', reason: 'ill' });
    expect([await button('boss'), await button('pmc'), await button('li')]).toEqual([true, true, 'ROLE_NEEDED']);
    expect(await skip('boss')).toMatchObject({ status: 200 });
    expect([await button('boss'), await button('pmc')]).toEqual(['SECOND_PERSON_NEEDED', true]);
    expect((await skip('boss')).body).toMatchObject({ code: 'SECOND_PERSON_NEEDED' });
    expect(await skip('pmc')).toMatchObject({ status: 200 });
    expect(await plant.open(id)).not.toContain('price');
  });

  it('when the only holder of a seat leaves, then the task stays and the radar says who has left', async () => {
    const id = await begin({ site: 'zhaoqing' });
    await loadDirectory(plant.pool, [{ company: books.tests.company, people: people.filter((one) => one.id !== 'xie') }]);
    expect(await plant.open(id)).toContain('technical');
    expect(await plant.radar('boss', id)).toContain('no-candidate');
    const { body } = await plant.ask('boss', 'GET', '/radar?cause=no-candidate');
    const stuck = [...body['items']!].find((item) => String(item['caseId']) === id)!;
    expect(String(stuck['sentence'])).toMatch(/^Nobody may do .*: nobody at x is .*\. Name a person for it\.$/);
  });
});

describe('absences', () => {
  it('when an entry is wrong, then it is refused with its code and field, and others enter none for somebody else', async () => {
    const entry = { ...day(48, 72), standIns: [{ person: 'sun', limits: {} }] };
    expect(await away('li', { ...entry, person: 'desk' })).toMatchObject({ status: 403, body: { code: 'ABSENCE_NOT_YOURS' } });
    expect(await away('sun', entry)).toMatchObject({ status: 400, body: { code: 'STAND_IN_SELF', field: '/standIns/0/person' } });
    expect(await away('li', entry)).toMatchObject({ status: 201 });
    expect(await away('li', entry)).toMatchObject({ status: 409, body: { code: 'ABSENCE_OVERLAP', field: '/from' } });
    const back = { ...day(50, 60), standIns: [{ person: 'li', limits: {} }] };
    expect(await away('sun', back)).toMatchObject({ status: 409, body: { code: 'STAND_IN_CYCLE', field: '/standIns/0/person' } });
    expect(await away('sun', day(-48, -24))).toMatchObject({ status: 400, body: { code: 'ABSENCE_PAST', field: '/until' } });
  });
});
