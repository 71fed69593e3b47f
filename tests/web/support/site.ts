import { execFileSync } from 'node:child_process';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { loadBooks } from '../../../policies/load.js';
import { Plant } from '../../support/plant.js';

/** Chromium's own calls home are refused by closed networks, many at a time. */
const quietly = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const desk = { width: 1366, height: 768 } as const;
export const phone = { width: 390, height: 780 } as const;

export interface Visit {
  readonly language?: 'zh' | 'en' | 'id';
  readonly size?: typeof desk | typeof phone;
}

/** The whole product with the policies that ship, and a browser before it. */
export class Site {
  readonly plant: Plant;
  private readonly browser: Browser;
  private readonly contexts = new Map<string, BrowserContext>();
  /** What no page may do: errors of scripts, violations of the policy, requests to elsewhere. */
  readonly faults: string[] = [];

  private constructor(plant: Plant, browser: Browser) {
    this.plant = plant;
    this.browser = browser;
  }

  static async open(): Promise<Site> {
    const program = execFileSync(process.execPath, ['scripts/web-for-tests.mjs'], { encoding: 'utf8' }).trim();
    const { books, people, calendars, tradeBooks } = await loadBooks('policies');
    const plant = await Plant.start({ source: { books, calendars, tradeBooks }, people });
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new Site(plant, await chromium.launch({ executablePath: program, args: [...quietly, ...asRoot] }));
  }

  /** A page of a person in a browser of their own; who is not signed in yet chooses themselves from the list. */
  async as(person: string, { language = 'en', size = desk }: Visit = {}): Promise<Page> {
    const page = await (await this.contextOf(person, language, size)).newPage();
    this.watch(page);
    await page.goto(this.plant.api.url);
    const choice = page.locator(`[data-person="${person}"]`);
    const rail = page.locator('nav.rail');
    await choice.or(rail).first().waitFor();
    if (await choice.isVisible()) await choice.click();
    await rail.waitFor();
    return page;
  }

  /** A page of nobody. */
  async asNobody({ language = 'en', size = desk }: Visit = {}): Promise<Page> {
    const page = await (await this.contextOf('', language, size)).newPage();
    this.watch(page);
    await page.goto(this.plant.api.url);
    return page;
  }

  private async contextOf(person: string, language: string, size: typeof desk | typeof phone): Promise<BrowserContext> {
    const name = `${person} ${language} ${size.width}`;
    const known = this.contexts.get(name);
    if (known !== undefined) return known;
    const context = await this.browser.newContext({ viewport: size, hasTouch: size === phone, isMobile: size === phone, locale: 'en-GB' });
    await context.addInitScript(`localStorage.setItem('gendan-language', '${language}')`);
    this.contexts.set(name, context);
    return context;
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) this.faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(this.plant.api.url) && !request.url().startsWith('data:')) this.faults.push(`asked ${request.url()}`);
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.plant.close();
  }
}
