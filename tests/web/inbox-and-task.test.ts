import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anOrderOf } from './support/orders.js';
import { phone, Site } from './support/site.js';

let site: Site;
let caseId = '';
let count = 0;
const run = Date.now();

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site.close());
beforeEach(async () => {
  count += 1;
  caseId = await anOrderOf(site.plant, `HT-${run}-${count}`);
});

const addressOf = (step: string): string => `${site.plant.api.url}/task/${encodeURIComponent(`${caseId}/review/1/${step}#1`)}`;
const problem = (page: Page) => page.getByRole('radio', { name: 'Problem order' });

describe('when somebody else is faster', () => {
  it('then the page says who, when and how, and what was typed can be copied', async () => {
    const [liMei, chenLi] = [await site.as('li-mei'), await site.as('chen-li')];
    await liMei.goto(`${addressOf('initial-review')}?view=mine`);
    await problem(liMei).check();
    await liMei.getByLabel('Problems found').fill('length of line 2 is not clear');
    await chenLi.goto(addressOf('initial-review'));
    await chenLi.getByRole('radio', { name: 'Order is accurate' }).check();
    await chenLi.locator('.foot').getByRole('button', { name: 'Order is accurate' }).click();
    await chenLi.locator('.alert-done strong').waitFor();
    await liMei.getByText(/陈丽 answered .*: Order is accurate/).waitFor();
    expect(await liMei.getByText('length of line 2 is not clear').isVisible()).toBe(true);
    expect(await liMei.locator('.answer').count()).toBe(0);
    await liMei.getByRole('button', { name: 'Copy my entries' }).waitFor();
  });
});

describe('when somebody has begun to answer', () => {
  it('then a reload, another tab and a return to it show what was typed', async () => {
    const page = await site.as('li-mei');
    await page.goto(addressOf('initial-review'));
    await problem(page).check();
    await page.getByLabel('Problems found').fill('groove of line 1?');
    await page.getByText(/Draft saved/).waitFor();
    await page.reload();
    expect(await page.getByLabel('Problems found').inputValue()).toBe('groove of line 1?');
    const other = await site.as('li-mei');
    await other.goto(addressOf('initial-review'));
    await other.getByLabel('Problems found').fill('groove of line 1 and 2?');
    await page.getByText(/Another tab has changed this draft/).waitFor();
    expect(await page.getByLabel('Problems found').inputValue()).toBe('groove of line 1?');
    await page.getByRole('button', { name: 'Take the other' }).click();
    expect(await page.getByLabel('Problems found').inputValue()).toBe('groove of line 1 and 2?');
  });

  it('then the end of the session loses nothing: sign-in comes above the page', async () => {
    const page = await site.as('li-mei');
    await page.goto(addressOf('initial-review'));
    await problem(page).check();
    await page.getByLabel('Problems found').fill('typed before the end');
    await page.context().clearCookies();
    await page.locator('.foot').getByRole('button', { name: 'Problem order' }).click();
    await page.getByText(/Your session has ended/).waitFor();
    await page.locator('[data-person="li-mei"]').click();
    await page.getByText(/Your session has ended/).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Problems found').inputValue()).toBe('typed before the end');
    await page.locator('.foot').getByRole('button', { name: 'Problem order' }).click();
    await page.locator('.alert-done strong').waitFor();
  });

  it('then a button that says what is missing goes there, and becomes the answer', async () => {
    const page = await site.as('li-mei', { language: 'zh', size: phone });
    await page.goto(addressOf('initial-review'));
    await page.getByRole('radio', { name: '问题订单' }).check();
    await page.getByRole('button', { name: /还缺 1 项/ }).click();
    await page.keyboard.type('第2行规格不明');
    await page.locator('.foot').getByRole('button', { name: '问题订单' }).waitFor();
    const box = await page.locator('.foot').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(phone.height);
  });
});

describe('when somebody goes through their inbox', () => {
  it('then keys alone do it: down, open, choose, send, and the next one opens with what was recorded', async () => {
    await anOrderOf(site.plant, `HT-${run}-keys`);
    const page = await site.as('li-mei');
    await page.locator('.row-link').first().waitFor();
    const before = await page.locator('.row-link').count();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.answer').waitFor();
    const first = page.url();
    await page.keyboard.press('a');
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+Enter');
    await page.locator('.alert-done strong').waitFor();
    expect(page.url()).not.toBe(first);
    await page.keyboard.press('Escape');
    await page.locator('.inbox-table').waitFor();
    expect(before).toBeGreaterThan(1);
  });

  it('then filter and list are in the address: back and reload bring the same', async () => {
    const page = await site.as('li-mei');
    await page.getByRole('searchbox').fill(`HT-${run}-${count}`);
    await expect.poll(() => page.url()).toContain(`q=HT-${run}-${count}`);
    await expect.poll(() => page.locator('.row-link').count()).toBe(1);
    await page.locator('.row-link').click();
    await page.locator('.answer').waitFor();
    await page.goBack();
    await expect.poll(() => page.locator('.row-link').count()).toBe(1);
    await page.reload();
    expect(await page.getByRole('searchbox').inputValue()).toBe(`HT-${run}-${count}`);
  });

  it('then what is new waits to be shown, and no row moves', async () => {
    const page = await site.as('chen-li');
    await page.locator('.row-link').first().waitFor();
    const rows = await page.locator('.row-number').allTextContents();
    await anOrderOf(site.plant, `HT-${run}-news`);
    await page.getByRole('button', { name: /new · show/ }).waitFor();
    expect(await page.locator('.row-number').allTextContents()).toEqual(rows);
    await page.keyboard.press('.');
    await expect.poll(() => page.locator('.row-number').count()).toBe(rows.length + 1);
  });

  it('then ten tabs work as one: they share one stream of events', async () => {
    const pages = [];
    for (let tab = 0; tab < 10; tab += 1) pages.push(await site.as('zhou-wei'));
    await anOrderOf(site.plant, `HT-${run}-tabs`);
    const last = pages.at(-1);
    await last?.getByRole('link', { name: 'Search', exact: true }).click();
    await last?.locator('.case-row').first().waitFor();
    await Promise.all(pages.map((page) => page.close()));
  });

  it('then every verb that may not be used says why, in words', async () => {
    const page = await site.as('sun-yan', { language: 'id' });
    await page.goto(addressOf('initial-review'));
    await page.getByRole('button', { name: 'Lainnya' }).click();
    await page.getByRole('menuitem').first().waitFor();
    for (const item of await page.getByRole('menuitem', { disabled: true }).all())
      expect((await item.locator('.why-not').textContent())?.length ?? 0).toBeGreaterThan(10);
  });
});

it('and no page broke, broke the policy, or asked anybody else', () => {
  expect(site.faults).toEqual([]);
});
