import axe, { type AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type LiveSale, logIn, reserveOn, startLiveSale } from '../support/live-page';
import { ADMIN_EMAIL } from '../support/test-secrets';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** Includes the installation of the browser. */
const START_MS = 600_000;
const NAME = 'Front row ticket';

const LOOKS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['light on a phone', { colorScheme: 'light', ...PHONE }],
  ['dark on a phone', { colorScheme: 'dark', ...PHONE }],
];

let sale: LiveSale;

beforeAll(async () => {
  sale = await startLiveSale({ ttlSeconds: 600 });
  await sale.shop.newProduct(0, 'Sold out ticket');
  await sale.shop.newProduct(10, NAME);
}, START_MS);

afterEach(async () => {
  expect(await sale.closePages()).toEqual([]);
});

afterAll(() => sale.stop());

/**
 * The findings of axe with their elements. Injected by the debugger, because the page's content
 * security policy would block it.
 */
const findings = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
};

describe.each(LOOKS)('the live sale page, %s,', (_look, options) => {
  it('axe finds no accessibility problem in any state of the page', async () => {
    const live = await sale.open({ ...options, reducedMotion: 'reduce' });
    const { page, card, reservation } = live;
    await card(NAME).waitFor();
    expect(await findings(page)).toEqual([]);

    await reserveOn(card(NAME), 1);
    await reservation(NAME).getByText('Held for you').waitFor();
    expect(await findings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await logIn(live, {
      email: ADMIN_EMAIL,
      password: sale.stack.env['ADMIN_PASSWORD'] ?? '',
    });
    await reserveOn(card(NAME), 1);
    await reservation(NAME)
      .first()
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await reserveOn(card(NAME), 1);
    await reservation(NAME).getByText('Held for you').first().waitFor();
    await reserveOn(card(NAME), 100);
    await card(NAME).getByRole('alert').waitFor();
    await card(NAME).getByText('Change stock').click();
    expect(await findings(page)).toEqual([]);
  });

  it('the page fits the width of the screen', async () => {
    const { page, card } = await sale.open(options);
    await card(NAME).waitFor();

    const [content, window] = (await page.evaluate(
      '[document.documentElement.scrollWidth, innerWidth]',
    )) as readonly [number, number];
    expect(content).toBeLessThanOrEqual(window);
  });
});
