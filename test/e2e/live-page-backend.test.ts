import { type LiveSale, reserveOn, startLiveSale } from '../support/live-page';

const NAME = 'Front row ticket';
/** Includes the installation of the browser. */
const START_MS = 600_000;

let sale: LiveSale;

beforeAll(async () => {
  sale = await startLiveSale({ ttlSeconds: 600, env: { CONFIRM_BY: 'backend' } });
  await sale.shop.newProduct(5, NAME);
}, START_MS);

afterEach(async () => {
  expect(await sale.closePages()).toEqual([]);
});

afterAll(() => sale.stop());

describe('the live sale page where the shop confirms reservations', () => {
  it('says to pay in the shop instead of offering to confirm, and shows the sale once it is made', async () => {
    const { shop, open } = sale;
    const { apiKey } = await shop.newApiKey('reservations:confirm');
    const { page, card, reservation } = await open();

    await reserveOn(card(NAME), 1);
    const held = reservation(NAME);
    await held.getByText('Pay in the shop').waitFor();
    expect(await held.getByRole('timer').textContent()).toMatch(/left to pay$/);
    expect(await page.getByRole('button', { name: /^Confirm/ }).count()).toBe(0);

    const id = await held.getAttribute('data-reservation-id');
    const path = `/reservations/${id}/confirm`;
    expect((await shop.rest('POST', path, { token: apiKey })).status).toBe(200);
    await held.getByText('Confirmed', { exact: true }).waitFor();
  });
});
