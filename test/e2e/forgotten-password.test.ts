import type { Browser } from 'playwright-core';
import { startChromium } from '../../scripts/src/chromium';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type MailServer, startMailServer } from '../support/mail-server';
import { createShop, PASSWORD, reasonOf, type Shop } from '../support/shop';
import { testEnvironment, uniquePrefix } from '../support/stores';

// Goal: a user who forgot the password gets back into the account with nothing but the mail, in a
// real browser, and what an administrator ends is out everywhere. Method: all components, a real
// SMTP server and Chromium.

const PUBLIC_URL = 'https://shop.example';
const NEW_PASSWORD = 'another horse, another battery';
let smtp: MailServer;
let stack: InProcessStack;
let shop: Shop;
let browser: Browser;

beforeAll(async () => {
  smtp = await startMailServer();
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { SMTP_URL: smtp.url, MAIL_FROM: 'no-reply@shop.example', PUBLIC_URL },
  });
  shop = createShop(stack.urls[0], stack.env);
  browser = await startChromium(testEnvironment());
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
  await smtp.stop();
});

/** A page of the gateway, and what its policy forbade or its script threw. */
const open = async (path: string) => {
  const page = await (await browser.newContext()).newPage();
  const faults: string[] = [];
  const requested: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  page.on('request', (request) =>
    requested.push(JSON.stringify([request.url(), request.headers()])),
  );
  await page.goto(`${stack.urls[0]}${path}`);
  return { page, faults, requested };
};

const linkIn = (text: string): string => {
  const [link = ''] = /https:\/\/shop\.example\/account\/\w+#[\w-]{43}/.exec(text) ?? [];
  return link.slice(PUBLIC_URL.length);
};

it('a user asks for a link in the browser, follows the mail, and logs in with the new password', async () => {
  const { email } = await shop.newBuyer();
  const ask = await open('/account/password');
  await ask.page.getByLabel('E-mail address').fill(email);
  await ask.page.getByRole('button', { name: 'Send the link' }).click();
  await ask.page.getByText('a mail is on its way').waitFor();

  const path = linkIn((await smtp.mailTo(email, 'Set a new password')).text);
  const set = await open(path);
  await set.page.getByLabel('New password').fill(NEW_PASSWORD);
  await set.page.getByRole('button', { name: 'Set the password' }).click();
  await set.page.getByText('The password was set').waitFor();

  expect([...ask.faults, ...set.faults]).toEqual([]);
  // The token is neither in an address nor in a header that leaves the browser.
  expect(set.requested.join()).not.toContain(path.split('#')[1]);
  expect(set.page.url()).not.toContain('#');
  await shop.login(email, NEW_PASSWORD);
  const old = await shop.rest('POST', '/auth/login', { body: { email, password: PASSWORD } });
  expect([old.status, reasonOf(old)]).toEqual([401, 'INVALID_CREDENTIALS']);
});

it('a used link says so on its page', async () => {
  const { userId } = await shop.newBuyer();
  const token = await shop.adminToken();
  const { body } = await shop.rest('POST', `/users/${userId}/password-reset-link`, { token });
  const path = linkIn((body as { readonly link: string }).link);
  const used = { token: path.split('#')[1], newPassword: NEW_PASSWORD };
  await shop.rest('POST', '/auth/password-reset/confirm', { body: used });

  const { page } = await open(path);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();

  await page.getByText('The link is not valid. Ask for a new one.').waitFor();
});

it('a new address is confirmed in the browser', async () => {
  const { token } = await shop.newBuyer();
  const newEmail = `new-${uniquePrefix()}@example.test`;
  const change = { newEmail, password: PASSWORD };
  const asked = await shop.rest('POST', '/auth/email', { token, body: change });
  expect(asked.status).toBe(202);

  const path = linkIn((await smtp.mailTo(newEmail, 'Confirm your new e-mail address')).text);
  const { page, faults } = await open(path);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await page.getByText('The address was changed.').waitFor();

  expect(faults).toEqual([]);
  await shop.login(newEmail, PASSWORD);
});

it('a disabled user is refused everywhere within seconds, and its reservations stay', async () => {
  const buyer = await shop.newBuyer();
  const adminToken = await shop.adminToken();
  const productId = await shop.newProduct(1);
  await shop.reserve(buyer, productId);

  await shop.rest('POST', `/users/${buyer.userId}/disable`, { token: adminToken });

  await eventually(async () => {
    const answer = await shop.rest('GET', '/reservations', { token: buyer.token });
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'TOKEN_REVOKED']);
  }, 10_000);
  const held = await shop.rest('GET', `/products/${productId}`);
  expect(held.body).toMatchObject({ heldQuantity: 1 });
});

it('a user deletes its account with its password, and the address is free again', async () => {
  const buyer = await shop.newBuyer();
  const ask = (body: object) => shop.rest('DELETE', '/auth/account', { token: buyer.token, body });

  expect((await ask({})).status).toBe(400);
  expect(reasonOf(await ask({ password: 'guessed' }))).toBe('WRONG_PASSWORD');
  expect((await ask({ password: PASSWORD })).status).toBe(204);

  const again = { email: buyer.email, password: PASSWORD };
  expect((await shop.rest('POST', '/auth/register', { body: again })).status).toBe(201);
});

it('links by mail are limited per account, and an unknown address gets the same answers', async () => {
  const { email } = await shop.newBuyer();
  const statusesFor = async (address: string) => {
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      const body = { email: address };
      statuses.push((await shop.rest('POST', '/auth/password-reset', { body })).status);
    }
    return statuses;
  };

  const expected = [202, 202, 202, 202, 202, 429];
  expect(await statusesFor(email)).toEqual(expected);
  expect(await statusesFor(`unknown-${email}`)).toEqual(expected);
});
