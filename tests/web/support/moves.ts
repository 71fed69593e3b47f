import type { Page } from 'playwright-core';

/** Opens the case and from there one of its open tasks, as somebody does who was told its number. */
export async function openTask(page: Page, caseId: string, step: string): Promise<void> {
  await page.goto(new URL(`/case/${caseId}`, page.url()).href);
  await page.locator('.open-task-link', { hasText: new RegExp(`^${step}$`) }).click();
  await page.getByRole('heading', { level: 1, name: step }).waitFor();
}

/** Chooses an outcome where there are several, fills what is asked, and sends. */
export async function answer(page: Page, outcome: string, fill: () => Promise<void> = async () => undefined): Promise<void> {
  const choice = page.getByRole('radio', { name: outcome, exact: true });
  await page.locator('.answer').waitFor();
  if ((await choice.count()) > 0) await choice.check();
  await fill();
  await page.locator('.foot').getByRole('button', { name: outcome, exact: true }).click();
  await page.locator('.alert-done strong').waitFor();
}

/** Pastes cells, as copied from a spreadsheet, into what has the focus. */
export async function paste(page: Page, rows: readonly (readonly string[])[]): Promise<void> {
  const text = rows.map((cells) => cells.join('\t')).join('\n');
  await page.evaluate(
    `(() => { const data = new DataTransfer(); data.setData('text/plain', ${JSON.stringify(text)});
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); })()`,
  );
}
