import { randomUUID } from 'node:crypto';
import {
  expectShown,
  type LivePage,
  type LiveSale,
  logIn,
  reserveOn,
  sendAccountForm,
  signUp,
  startLiveSale,
} from '../support/live-page';
import { PASSWORD, type Shop } from '../support/shop';
import { ADMIN_EMAIL } from '../support/test-secrets';

/** Long enough to confirm or cancel on a busy machine, short enough to wait for. */
const TTL_SECONDS = 12;
const EXPIRY_SEEN_MS = (TTL_SECONDS + 10) * 1_000;
/** Includes the installation of the browser. */
const START_MS = 600_000;

let sale: LiveSale;
let shop: Shop;
let open: LiveSale['open'];

const newName = (what: string): string => `${what} ${randomUUID().slice(0, 8)}`;
const newEmail = (): string => `buyer-${randomUUID()}@example.test`;

beforeAll(async () => {
  sale = await startLiveSale({ ttlSeconds: TTL_SECONDS });
  ({ shop, open } = sale);
}, START_MS);

afterEach(async () => {
  expect(await sale.closePages()).toEqual([]);
});

afterAll(() => sale.stop());

/** The accessible name of the focused element; empty if the focus is not visible. */
const FOCUSED_NAME = `(() => {
  const focused = document.activeElement;
  if (!focused.matches(':focus-visible')) return '';
  return focused.ariaLabel ?? focused.labels?.[0]?.textContent ?? focused.textContent;
})()`;

describe('a buyer on the live sale page', () => {
  it('another browser sees units held when a buyer reserves, and available again after the expiry', async () => {
    const name = newName('Ticket');
    await shop.newProduct(5, name);
    const [buyer, watcher] = [await open(), await open()];
    await expectShown(watcher.card(name), { available: 5, held: 0, sold: 0 });

    await signUp(buyer, newEmail());
    await reserveOn(buyer.card(name), 2);

    await expectShown(watcher.card(name), { available: 3, held: 2, sold: 0 });
    const reservation = buyer.reservation(name);
    await reservation.getByText('Held for you').waitFor();
    expect(await reservation.getByRole('timer').textContent()).toMatch(/^0:\d\d left to confirm$/);
    expect(await watcher.page.locator('.reservation').count()).toBe(0);

    await reservation.getByText('Expired', { exact: true }).waitFor({ timeout: EXPIRY_SEEN_MS });
    await expectShown(watcher.card(name), { available: 5, held: 0, sold: 0 });
    await expectShown(buyer.card(name), { available: 5, held: 0, sold: 0 });
  });

  it('a buyer can confirm a reservation and cancel another', async () => {
    const name = newName('Ticket');
    await shop.newProduct(5, name);
    const buyer = await open();
    await signUp(buyer, newEmail());

    await reserveOn(buyer.card(name), 1);
    await buyer
      .reservation(name)
      .getByRole('button', { name: /^Confirm/ })
      .click();
    await buyer.reservation(name).getByText('Confirmed', { exact: true }).waitFor();
    await expectShown(buyer.card(name), { available: 4, held: 0, sold: 1 });

    await reserveOn(buyer.card(name), 3);
    const second = buyer.reservation(`3 × ${name}`);
    await second.getByRole('button', { name: /^Cancel/ }).click();
    await second.getByText('Cancelled', { exact: true }).waitFor();
    await expectShown(buyer.card(name), { available: 4, held: 0, sold: 1 });
  });

  it('a refusal is shown beside the button that caused it', async () => {
    const name = newName('Ticket');
    await shop.newProduct(1, name);
    const buyer = await open();
    await signUp(buyer, newEmail());

    await reserveOn(buyer.card(name), 2);

    const problem = buyer.card(name).getByRole('alert');
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/^Out of stock.*2 available unit/);
    expect(await buyer.page.getByRole('alert').count()).toBe(1);
  });

  it('if the response to the first attempt is lost, the page retries with the same key and reserves once', async () => {
    const name = newName('Ticket');
    const productId = await shop.newProduct(5, name);
    const buyer = await open();
    await signUp(buyer, newEmail());
    const keys: (string | undefined)[] = [];
    await buyer.page.route(`**/reservations/${productId}`, async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      const response = await route.fetch();
      if (keys.length === 1) await route.fulfill({ status: 504, body: 'The answer was lost.' });
      else await route.fulfill({ response });
    });

    await reserveOn(buyer.card(name), 1);

    await buyer.reservation(name).getByText('Held for you').waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(await shop.stockOf(productId)).toEqual({ available: 4, held: 1, sold: 0 });
  });

  it('a visitor reserves with one press, as one guest, and registers without losing the reservation', async () => {
    const [first, second] = [newName('Ticket'), newName('Jacket')];
    const productId = await shop.newProduct(5, first);
    const secondId = await shop.newProduct(5, second);
    const { page, card, reservation } = await open();
    const guests: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/auth/guest')) guests.push(request.url());
    });

    await card(first)
      .getByRole('spinbutton', { name: /^Units of/ })
      .fill('2');
    await card(second).waitFor();
    // Both in one moment, before there is a guest.
    await page.evaluate(
      `for (const id of ['${productId}', '${secondId}']) {
        document.querySelector('[data-product-id="' + id + '"] .reserve button').click();
      }`,
    );
    await reservation(`2 × ${first}`).getByText('Held for you').waitFor();
    await reservation(second).getByText('Held for you').waitFor();
    expect(guests).toHaveLength(1);

    await page.getByRole('button', { name: 'Create an account to keep them' }).click();
    await sendAccountForm(page, { email: newEmail(), password: PASSWORD });
    await page.reload();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    await reservation(`2 × ${first}`)
      .getByRole('button', { name: /^Confirm/ })
      .click();
    await reservation(`2 × ${first}`).getByText('Confirmed', { exact: true }).waitFor();
    expect(await shop.stockOf(productId)).toMatchObject({ available: 3 });
  });

  it('a buyer sees what has been returned of a reservation', async () => {
    const name = newName('Ticket');
    const productId = await shop.newProduct(5, name);
    const live = await open();
    await signUp(live, newEmail());
    const mine = live.reservation(`2 × ${name}`);
    await reserveOn(live.card(name), 2);
    await mine.getByRole('button', { name: /^Confirm/ }).click();
    await mine.getByText('Confirmed', { exact: true }).waitFor();
    const reservationId = await mine.getAttribute('data-reservation-id');
    const giveBack = async (body: object): Promise<void> => {
      const token = await shop.adminToken();
      const path = `/reservations/${reservationId}/return`;
      expect(await shop.rest('POST', path, { token, body })).toMatchObject({ status: 200 });
      await live.page.reload();
    };

    await giveBack({ items: [{ productId, quantity: 1 }], reason: 'One too many' });
    await mine.getByText('1 returned, the others are yours.').waitFor();
    await giveBack({ reason: 'Cannot come' });
    await mine.getByText('Returned', { exact: true }).waitFor();
    await mine.getByText('You have returned these units.').waitFor();
  });

  it('a guest who logs in to an account sees that account only', async () => {
    const name = newName('Ticket');
    await shop.newProduct(5, name);
    const live = await open();
    const { page, card, reservation } = live;
    const email = newEmail();
    await shop.rest('POST', '/auth/register', { body: { email, password: PASSWORD } });
    await reserveOn(card(name), 1);
    await reservation(name).getByText('Held for you').waitFor();

    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('stays with the guest').waitFor();
    await sendAccountForm(page, { email, password: PASSWORD });

    expect(await page.locator('.reservation').count()).toBe(0);
    expect(await page.locator('#who').textContent()).toBe(email);
  });

  it('login and countdown survive a reload, and tokens are never stored in the browser', async () => {
    const name = newName('Ticket');
    await shop.newProduct(5, name);
    const live = await open();
    const { page, card, reservation } = live;
    const stored = () =>
      page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])');
    await signUp(live, newEmail());
    await reserveOn(card(name), 1);
    await reservation(name).getByText('Held for you').waitFor();
    expect(await stored()).toBe('[{},{},""]');

    for (const _reload of ['first', 'second']) {
      await page.reload();
      await page.getByRole('button', { name: 'Log out' }).waitFor();
      expect(await reservation(name).getByRole('timer').textContent()).toMatch(/left to confirm$/);
      expect(await stored()).toBe('[{},{},""]');
    }

    await reservation(name)
      .getByRole('button', { name: /^Confirm/ })
      .click();
    await reservation(name).getByText('Confirmed', { exact: true }).waitFor();
  });

  it('a duplicated tab does not end the login of the original tab', async () => {
    const live = await open();
    const { page } = live;
    await signUp(live, newEmail());
    // A tab opened by a page starts with a copy of its sessionStorage, like a duplicated tab.
    const opening = page.waitForEvent('popup');
    await page.evaluate("void window.open('/live')");
    const copy = await opening;
    await copy.locator('#connection[data-state=live]').waitFor();
    await copy.getByRole('button', { name: 'Log in' }).waitFor();

    await copy.reload();
    await page.reload();

    await page.getByRole('button', { name: 'Log out' }).waitFor();
    await copy.getByRole('button', { name: 'Log in' }).waitFor();
  });

  it('Log out ends the session at the server too, and a reload does not restore it', async () => {
    const live = await open();
    const answer = live.page.waitForResponse('**/auth/login');
    await signUp(live, newEmail());
    const { refreshToken } = await (await answer).json();
    const ended = live.page.waitForResponse('**/auth/logout');

    await live.page.getByRole('button', { name: 'Log out' }).click();
    await ended;
    await live.page.reload();

    await live.page.getByRole('button', { name: 'Log in' }).waitFor();
    const { status } = await shop.rest('POST', '/auth/refresh', { body: { refreshToken } });
    expect(status).toBe(401);
  });

  it('registering, reserving and cancelling work with the keyboard alone', async () => {
    const name = newName('Ticket');
    await shop.newProduct(5, name);
    const { page, card, reservation } = await open();
    await expectShown(card(name), { available: 5, held: 0, sold: 0 });
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    /** Presses Tab until an element with this name has the visible focus. */
    const tabTo = async (label: RegExp): Promise<void> => {
      for (let tabs = 0; tabs < 60; tabs += 1) {
        await press('Tab');
        const said = await page.evaluate(FOCUSED_NAME);
        if (label.test(String(said).trim())) return;
      }
      throw new Error(`Nothing like ${label} can be reached with Tab.`);
    };

    await tabTo(/^Create account$/);
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type(newEmail());
    await press('Tab');
    await page.keyboard.type('correct horse battery');
    await press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await tabTo(new RegExp(`^Units of ${name}`));
    await press('ArrowUp');
    await tabTo(new RegExp(`^Reserve ${name}`));
    await press('Enter');
    const held = reservation(`2 × ${name}`);
    await held.getByText('Held for you').waitFor();
    await tabTo(/^Cancel/);
    await press('Enter');
    await held.getByText('Cancelled', { exact: true }).waitFor();
    expect(await page.locator(':focus').textContent()).toBe(`2 × ${name}`);
  });
});

const logInAsAdmin = (live: LivePage): Promise<void> =>
  logIn(live, { email: ADMIN_EMAIL, password: sale.stack.env['ADMIN_PASSWORD'] ?? '' });

describe('an administrator on the live sale page', () => {
  it('other browsers see new products and stock changes of an administrator without a reload', async () => {
    const name = newName('Jacket');
    const [seller, watcher] = [await open(), await open()];
    expect(await seller.page.getByRole('heading', { name: 'New product' }).count()).toBe(0);
    await logInAsAdmin(seller);

    await seller.page.getByLabel('Name', { exact: true }).fill(name);
    await seller.page.getByLabel('Price').fill('49.5');
    await seller.page.getByLabel('Units', { exact: true }).fill('7');
    await seller.page.getByRole('button', { name: 'Put on sale' }).click();
    await expectShown(watcher.card(name), { available: 7, held: 0, sold: 0 });
    expect(await watcher.card(name).locator('.price').textContent()).toBe('$49.50');

    const card = seller.card(name);
    await card.getByText('Change stock').click();
    await card.getByLabel('Units, ±').fill('-2');
    await card.getByRole('button', { name: 'Apply' }).click();
    await expectShown(watcher.card(name), { available: 5, held: 0, sold: 0 });
    expect(await watcher.card(name).getByText('Change stock').isVisible()).toBe(false);
  });

  it('an invalid field is named in the error and gets the focus', async () => {
    const seller = await open();
    await logInAsAdmin(seller);

    await seller.page.getByLabel('Name', { exact: true }).fill(newName('Jacket'));
    await seller.page.getByLabel('Price').fill('1.999');
    await seller.page.getByLabel('Units', { exact: true }).fill('7');
    await seller.page.getByRole('button', { name: 'Put on sale' }).click();

    const problem = seller.page.locator('#create-product').getByRole('alert');
    expect(await problem.textContent()).toContain('price must have at most 2 digits');
    expect(await seller.page.getByLabel('Price').getAttribute('aria-invalid')).toBe('true');
    expect(await seller.page.locator(':focus').getAttribute('name')).toBe('price');
  });
});

describe('the live sale page behind a proxy that blocks streams', () => {
  it('without a stream the page polls and still shows stock and charts', async () => {
    const name = newName('Ticket');
    const productId = await shop.newProduct(5, name);
    const buyer = await shop.newBuyer();
    const { card, page } = await open({}, (context) =>
      context.route('**/products/stream*', (route) => route.fulfill({ status: 503 })),
    );
    await expectShown(card(name), { available: 5, held: 0, sold: 0 });

    await shop.reserve(buyer, productId, { quantity: 2 });

    await expectShown(card(name), { available: 3, held: 2, sold: 0 });
    await page.locator('#pulse-p99', { hasText: /^[\d.]+ m?s$/ }).waitFor();
  });
});

describe('the charts of the live sale page', () => {
  it('the charts count accepted and refused reservations and show response times', async () => {
    const productId = await shop.newProduct(1);
    const buyer = await shop.newBuyer();
    const { page } = await open();
    const shown = (id: string, text: RegExp) => page.locator(id, { hasText: text }).waitFor();
    await shown('#pulse-accepted', /^0\/s$/);

    // The charts show single seconds, so both values are awaited while they occur.
    const seen = Promise.all([
      shown('#pulse-accepted', /^[1-9]\d*\/s$/),
      shown('#pulse-refused', /^[1-9]\d*\/s$/),
      shown('#pulse-p99', /^[\d.]+ m?s$/),
    ]);
    await shop.reserve(buyer, productId);
    await shop.reserve(buyer, productId);
    await seen;
  });
});
