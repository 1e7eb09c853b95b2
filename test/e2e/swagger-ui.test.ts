import type { Browser, Locator, Page } from 'playwright-core';
import { startChromium } from '../../scripts/src/chromium';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createShop, type Shop } from '../support/shop';
import { testEnvironment, uniquePrefix } from '../support/stores';

/** Includes the installation of the browser. */
const START_MS = 600_000;
/** Swagger UI draws the whole document again after each press; a busy machine takes seconds. */
const DRAWING_MS = 180_000;

let stack: InProcessStack;
let shop: Shop;
let browser: Browser;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  browser = await startChromium(testEnvironment());
}, START_MS);

afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** The part of the dialog about one security scheme. */
const schemeOf = (page: Page, name: string): Locator =>
  page
    .locator('.auth-container')
    .filter({ has: page.getByRole('heading', { name: new RegExp(`^${name}\\b`) }) });

/** Authorizes by `work` in the dialog for the duration of `use`. */
const whileAuthorized = async (
  page: Page,
  name: string,
  work: (scheme: Locator) => Promise<void>,
  use: () => Promise<void>,
): Promise<void> => {
  const dialog = page.locator('.auth-wrapper .btn.authorize');
  await dialog.click();
  await work(schemeOf(page, name));
  await page.locator('.close-modal').click();
  await use();
  await dialog.click();
  await schemeOf(page, name).getByRole('button', { name: 'Remove authorization' }).click();
  await page.locator('.close-modal').click();
};

const withValue =
  (value: string) =>
  async (scheme: Locator): Promise<void> => {
    await scheme.locator('input').fill(value);
    await scheme.getByRole('button', { name: 'Apply credentials' }).click();
  };

it(
  'Swagger UI authorizes as a user, and as an API client by its key and by client credentials',
  async () => {
    const { token } = await shop.newBuyer();
    const { clientId, secret, apiKey } = await shop.newApiKey(
      'reservations:read',
      'reservations:write',
    );
    const page = await browser.newPage({ viewport: { width: 1_280, height: 1_400 } });
    page.setDefaultTimeout(DRAWING_MS / 3);
    await page.goto(`${stack.urls[0]}/api-docs`);
    const operation = page.locator('#operations-Reservations-listReservations');
    await operation.locator('.opblock-summary-control').click();

    /** Presses "Execute"; the status of the answer to it. */
    const list = async (customerId: string): Promise<number> => {
      await operation.locator('tr[data-param-name=customerId] input').fill(customerId);
      const answer = page.waitForResponse(/\/reservations\b/);
      await operation.getByRole('button', { name: 'Execute' }).click();
      return (await answer).status();
    };

    expect(await list('')).toBe(401);
    await whileAuthorized(page, 'bearer', withValue(token), async () => {
      expect(await list('')).toBe(200);
    });
    await whileAuthorized(page, 'apiKey', withValue(apiKey), async () => {
      expect(await list('shop|1')).toBe(200);
    });
    const byCredentials = async (scheme: Locator): Promise<void> => {
      await scheme.locator('#client_id_clientCredentials').fill(clientId);
      await scheme.locator('#client_secret_clientCredentials').fill(secret);
      await scheme.locator('label[for^="reservations:read-"]').first().click();
      const answer = page.waitForResponse('**/oauth/token');
      await scheme.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
      expect((await (await answer).json()).scope).toBe('reservations:read');
      await scheme.getByRole('button', { name: 'Remove authorization' }).waitFor();
    };
    await whileAuthorized(page, 'apiClient', byCredentials, async () => {
      expect(await list('shop|1')).toBe(200);
    });
    expect(await list('shop|1')).toBe(401);
  },
  DRAWING_MS,
);
