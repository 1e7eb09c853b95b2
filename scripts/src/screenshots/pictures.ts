import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const DESK = { viewport: { width: 1280, height: 960 }, deviceScaleFactor: 1.5 };
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

const PICTURES: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { ...DESK, colorScheme: 'light' }],
  ['dark', { ...DESK, colorScheme: 'dark' }],
  ['phone', { ...PHONE, colorScheme: 'light' }],
  ['phone-dark', { ...PHONE, colorScheme: 'dark' }],
];

/** Bars are animated for a moment after a change. */
const SETTLE_MS = 1_200;

const logIn = async (
  page: Page,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> => {
  await page.getByRole('button', { name: 'Log in' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByLabel('Password').fill(password);
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
};

const reserve = async (page: Page, name: string, quantity: number): Promise<void> => {
  const card = page.locator('.product').filter({ hasText: name }).first();
  await card.getByRole('spinbutton', { name: /^Units/ }).fill(String(quantity));
  await card.getByRole('button', { name: /^Reserve/ }).click();
  await page.locator('.reservation').filter({ hasText: name }).first().waitFor();
};

/** Takes all screenshots of the page as seen by one buyer, into the folder. */
export const takePictures = async (options: {
  readonly browser: Browser;
  readonly baseUrl: string;
  readonly buyer: { readonly email: string; readonly password: string };
  readonly folder: string;
}): Promise<readonly string[]> => {
  const { browser, baseUrl, buyer, folder } = options;
  const files: string[] = [];
  for (const [name, look] of PICTURES) {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    await page.goto(`${baseUrl}/live`);
    await logIn(page, buyer);
    // The first screenshot creates the reservations that all of them show.
    if (files.length === 0) {
      await reserve(page, 'Tour jacket', 1);
      await page.locator('.confirm').first().click();
      await page.getByText('Confirmed', { exact: true }).waitFor();
      await reserve(page, 'Aurora 7 sneaker', 2);
    }
    await page.locator('.reservation[data-status=PENDING]').first().waitFor();
    await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)');
    await page.waitForTimeout(SETTLE_MS);
    const file = join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    files.push(file);
    await context.close();
  }
  return files;
};
