import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';
import { startChromium } from '../../scripts/src/chromium';
import { type InProcessStack, startInProcessStack } from './in-process-stack';
import { createShop, PASSWORD, type Shop } from './shop';
import { testEnvironment, uniquePrefix } from './stores';

/** Maximum time until a change is visible; generous, because the machine may be busy. */
const SEEN_MS = 10_000;

/** All problems reported by the browser: policy violations, exceptions and logged errors. */
export interface LivePage {
  readonly page: Page;
  readonly faults: readonly string[];
  readonly card: (productName: string) => Locator;
  readonly reservation: (title: string) => Locator;
  readonly close: () => Promise<void>;
}

/** Chromium logs this for every 4xx and 5xx response, which is no problem of the page. */
const REFUSED_ANSWER = /Failed to load resource: the server responded with a status of [45]\d\d/;

/** Runs in the browser before any script of the page. */
const REPORT_VIOLATIONS = `
  document.addEventListener('securitypolicyviolation', (event) => {
    globalThis.tellFault(event.violatedDirective + ' forbids ' + (event.blockedURI || event.sample));
  });
`;

/** Opens the live sale page in a new browser context and waits until stock arrives. */
const openLivePage = async (
  browser: Browser,
  baseUrl: string,
  options: BrowserContextOptions = {},
  prepare: (context: BrowserContext) => Promise<unknown> = async () => {},
): Promise<LivePage> => {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(SEEN_MS);
  await prepare(context);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() !== 'error' || REFUSED_ANSWER.test(message.text())) return;
    faults.push(message.text());
  });
  await page.exposeFunction('tellFault', (fault: string) => faults.push(fault));
  await page.addInitScript(REPORT_VIOLATIONS);
  await page.goto(`${baseUrl}/live`);
  await page.locator('#connection[data-state=live]').waitFor();
  return {
    page,
    faults,
    card: (productName) =>
      page.locator('.product').filter({ has: page.getByRole('heading', { name: productName }) }),
    reservation: (title) =>
      page.locator('.reservation').filter({ has: page.getByRole('heading', { name: title }) }),
    close: () => context.close(),
  };
};

/** A running sale and a browser. */
export interface LiveSale {
  readonly stack: InProcessStack;
  readonly shop: Shop;
  /** `prepare` runs before anything is loaded. */
  readonly open: (
    options?: BrowserContextOptions,
    prepare?: (context: BrowserContext) => Promise<unknown>,
  ) => Promise<LivePage>;
  /** Closes all pages, and returns their problems. */
  readonly closePages: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
}

export const startLiveSale = async (settings: {
  readonly ttlSeconds: number;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<LiveSale> => {
  const stack = await startInProcessStack({ prefix: uniquePrefix(), ...settings });
  const browser = await startChromium(testEnvironment()).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  let opened: LivePage[] = [];
  return {
    stack,
    shop: createShop(stack.urls[0], stack.env),
    open: async (options, prepare) => {
      const live = await openLivePage(browser, stack.urls[0], options, prepare);
      opened.push(live);
      return live;
    },
    closePages: async () => {
      const closing = opened;
      opened = [];
      await Promise.all(closing.map(({ close }) => close()));
      return closing.flatMap(({ faults }) => faults);
    },
    stop: async () => {
      await browser.close();
      await stack.stop();
    },
  };
};

/** Resolves once the card shows this stock. */
export const expectShown = async (
  card: Locator,
  stock: { readonly available: number; readonly held: number; readonly sold: number },
): Promise<void> => {
  for (const [part, count] of Object.entries(stock)) {
    await card.locator(`.${part}-count`, { hasText: new RegExp(`^${count}$`) }).waitFor();
  }
};

/** Fills in and submits the account form. */
export const sendAccountForm = async (
  page: Page,
  credentials: { readonly email: string; readonly password: string },
): Promise<void> => {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill(credentials.email);
  await dialog.getByLabel('Password').fill(credentials.password);
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Log out' }).waitFor();
};

/** Registers on the page, which also logs in. */
export const signUp = async ({ page }: LivePage, email: string): Promise<void> => {
  await page.getByRole('button', { name: 'Create account' }).click();
  await sendAccountForm(page, { email, password: PASSWORD });
};

/** Logs in on the page. */
export const logIn = async (
  { page }: LivePage,
  credentials: { readonly email: string; readonly password: string },
): Promise<void> => {
  await page.getByRole('button', { name: 'Log in' }).click();
  await sendAccountForm(page, credentials);
};

/**
 * Reserves on a product's card. Waits first until the previous reserve is answered: the page
 * ignores a press before.
 */
export const reserveOn = async (card: Locator, quantity: number): Promise<void> => {
  await card.locator('.reserve button:not([aria-busy])').waitFor();
  await card.getByRole('spinbutton', { name: /^Units of/ }).fill(String(quantity));
  await card.getByRole('button', { name: /^Reserve/ }).click();
};
