import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, openTask, paste } from './support/moves.js';
import { Site } from './support/site.js';

let site: Site;
let liMei: Page;
let zhangMin: Page;
let wangQiang: Page;
let sunYan: Page;
let caseId = '';

beforeAll(async () => {
  site = await Site.open();
  [liMei, zhangMin, wangQiang, sunYan] = [
    await site.as('li-mei'),
    await site.as('zhang-min'),
    await site.as('wang-qiang'),
    await site.as('sun-yan'),
  ];
});
afterAll(() => site.close());

const lines = [
  ['LJG-C20-600', '连接杆', '1200', '3.85', '2027-12-13'],
  ['LJG-C20-800', '连接杆', '1200', '4.60', '2027-12-13'],
  ['LJG-C20-1200', '连接杆', '600', '6.40', '2027-12-15'],
  ['LJG-U15-1000', '连接杆', '400', '5.20', '2027-12-15'],
];

it('when an order comes in, then Li Mei enters it with the customer out of the books and lines out of a spreadsheet (HH-B1)', async () => {
  await liMei.locator('nav.rail').getByRole('link', { name: 'Start', exact: true }).click();
  await liMei.getByRole('link', { name: /Order intake/ }).click();
  await liMei.getByRole('combobox', { name: 'Customer' }).fill('宏泰');
  await liMei.getByRole('option', { name: /佛山宏泰门窗有限公司/ }).click();
  expect(await liMei.getByLabel('Contact').inputValue()).not.toBe('');
  expect(await liMei.getByText('The customer’s order number is missing.').isVisible()).toBe(true);
  await liMei.getByLabel('Customer PO').fill('HT-88213');
  await liMei.getByRole('combobox', { name: 'Code, line 1' }).focus();
  await paste(liMei, lines);
  expect(await liMei.getByLabel('Quantity, line 4').inputValue()).toBe('400');
  // The catalogue fills in what the spreadsheet did not say.
  await expect.poll(() => liMei.getByLabel('Unit, line 4').inputValue()).toBe('支');
  await liMei.getByRole('button', { name: 'Start order' }).click();
  await liMei.getByText(/has been started/).waitFor();
  caseId = decodeURIComponent(new URL(liMei.url()).pathname.split('/')[2] ?? '');
  expect(caseId).toMatch(/^hehe:order-intake:HH-/);
});

it('then she reviews it, enters it in part, and her next step is offered (HH-B2, HH-B4)', async () => {
  await openTask(liMei, caseId, 'Initial review');
  await answer(liMei, 'Order is accurate');
  await liMei.getByRole('link', { name: /Yours next: Enter order/ }).click();
  await liMei.getByRole('heading', { level: 1, name: 'Enter order' }).waitFor();
  await answer(liMei, 'Entered in part', async () => {
    await liMei.getByRole('checkbox', { name: /^4 · LJG-U15-1000/ }).check();
  });
});

it('then Zhang Min finds it in her inbox, reviews it and passes it to PMC (HH-B6 to HH-B8)', async () => {
  await zhangMin.locator('.inbox-table .row-link', { hasText: 'Joint review' }).click();
  await answer(zhangMin, 'Order is correct');
  await openTask(zhangMin, caseId, 'Pass to PMC');
  await answer(zhangMin, 'Passed to PMC');
});

it('then Li Mei learns the production points, and Wang Qiang commands production (HH-B5, HH-B9)', async () => {
  await openTask(liMei, caseId, 'Know the production points');
  await answer(liMei, 'Known', () => liMei.locator('.answer textarea, .answer input.input').first().fill('burrs in the C groove'));
  await openTask(wangQiang, caseId, 'Command production');
  await answer(wangQiang, 'Production commanded', () => wangQiang.getByLabel('Assembly workshop').fill('ZZ-1001'));
});

it('then Sun Yan answers two lines with dates, a late one only with its cause, and the third later (HH-B10)', async () => {
  await openTask(sunYan, caseId, 'Date reply');
  await sunYan.getByRole('textbox', { name: 'Expected date, line 1' }).fill('10/12/2027');
  await sunYan.getByRole('textbox', { name: 'Expected date, line 2' }).fill('14/12/2027');
  await sunYan.locator('.foot').getByRole('button', { name: 'Dates replied' }).click();
  await sunYan.locator('.lines-table .field-fault').first().waitFor();
  expect(await sunYan.getByRole('textbox', { name: 'Expected date, line 1' }).inputValue()).toBe('10 Dec 2027');
  await sunYan.getByLabel('Cause of the later date, line 2').selectOption({ label: 'No capacity earlier' });
  await sunYan.locator('.foot').getByRole('button', { name: 'Dates replied' }).click();
  await sunYan.locator('.alert-done strong').waitFor();
  await openTask(sunYan, caseId, 'Date reply');
  expect(await sunYan.getByRole('textbox', { name: 'Expected date, line 1' }).count()).toBe(0);
  await sunYan.getByRole('textbox', { name: 'Expected date, line 3' }).fill('10/12/2027');
  await sunYan.locator('.foot').getByRole('button', { name: 'Dates replied' }).click();
  await sunYan.locator('.alert-done strong').waitFor();
});

it('when the customer wants less of line 2, then only what showed that line is asked again', async () => {
  await liMei.goto(new URL(`/case/${caseId}`, site.plant.api.url).href);
  await liMei.getByRole('button', { name: /Change, hold, cancel/ }).click();
  await liMei.getByRole('menuitem', { name: /Change the order/ }).click();
  await liMei.getByLabel('Quantity, line 2').fill('900');
  await liMei.getByLabel('Reason').fill('customer called');
  await liMei.locator('.case-panel').getByRole('button', { name: 'Change the order' }).click();
  await liMei.locator('.case-panel').waitFor({ state: 'detached' });
  await openTask(liMei, caseId, 'Initial review');
  expect(await liMei.getByText(/Changed since the last answer/).isVisible()).toBe(true);
  await answer(liMei, 'Order is accurate');
  await openTask(liMei, caseId, 'Enter order');
  await answer(liMei, 'Entered in part', () => liMei.getByRole('checkbox', { name: /^4 ·/ }).check());
  await openTask(zhangMin, caseId, 'Joint review');
  await answer(zhangMin, 'Order is correct');
  await openTask(zhangMin, caseId, 'Pass to PMC');
  await answer(zhangMin, 'Passed to PMC');
  await openTask(liMei, caseId, 'Know the production points');
  await answer(liMei, 'Known', () => liMei.locator('.answer textarea, .answer input.input').first().fill('burrs in the C groove'));
  await openTask(wangQiang, caseId, 'Command production');
  await answer(wangQiang, 'Production commanded', () => wangQiang.getByLabel('Assembly workshop').fill('ZZ-1001'));
  await openTask(sunYan, caseId, 'Date reply');
  expect(await sunYan.locator('.lines-table tbody tr').count()).toBe(1);
  await sunYan.getByRole('textbox', { name: 'Expected date, line 2' }).fill('15/12/2027');
  await sunYan.getByLabel('Cause of the later date, line 2').selectOption({ label: 'No capacity earlier' });
  await sunYan.locator('.foot').getByRole('button', { name: 'Dates replied' }).click();
  await sunYan.locator('.alert-done strong').waitFor();
});

it('then the reply is written, printed and mailed, and the case shows all of it (HH-B11, HH-B13)', async () => {
  await openTask(liMei, caseId, 'Written reply');
  await answer(liMei, 'Reply sent');
  await liMei.goto(new URL(`/case/${caseId}?tab=papers`, site.plant.api.url).href);
  const paper = liMei.locator('.paper-link').first();
  // It comes by itself, once it has been printed.
  await paper.waitFor();
  const pdf = await liMei.request.get(new URL((await paper.getAttribute('href')) ?? '', site.plant.api.url).href);
  expect(pdf.headers()['content-type']).toBe('application/pdf');
  await liMei.getByRole('link', { name: 'Promises' }).click();
  expect(await liMei.locator('.table tbody tr').count()).toBeGreaterThanOrEqual(3);
  await liMei.getByRole('link', { name: 'Mail', exact: true }).click();
  await liMei.locator('.paper').first().waitFor();
});

it('then the customer gives the fourth line up, the goods are finished, and the case is closed (HH-B12, HH-A2)', async () => {
  await openTask(liMei, caseId, 'Follow what is not placed');
  await answer(liMei, 'The customer gives them up', () =>
    liMei.locator('.answer textarea, .answer input.input').first().fill('We keep the price for your next order.'),
  );
  await openTask(liMei, caseId, 'Follow the order');
  await answer(liMei, 'Goods are finished');
  await liMei.goto(new URL(`/case/${caseId}`, site.plant.api.url).href);
  await liMei.locator('h1 .tag-done').waitFor();
});

it('and no page broke, broke the policy, or asked anybody else', () => {
  expect(site.faults).toEqual([]);
});
