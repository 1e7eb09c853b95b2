// A shop's checkout for Node 20 or newer, without packages: FLASHRESERVE_KEY=fr_… node shop.mjs
import { createServer } from 'node:http';
import { env } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const { FLASHRESERVE_URL = 'http://localhost:3000', FLASHRESERVE_KEY } = env;
const { PROVIDER_URL = 'http://localhost:4000', PORT = '4001' } = env;
const SAY = {
  OUT_OF_STOCK:
    'Sold out for now. Units come back when others give up: try again in a few minutes.',
  OPEN_HOLDS_LIMITED: 'You hold as much as one customer may. Pay for it or give it up first.',
  PRODUCT_NOT_FOUND: 'This is not on sale.',
  RESERVATION_EXPIRED: 'That took too long. Please order again.',
};
const SORRY = 'Something went wrong on our side. You were not charged.';

/** Sends a request until it has an outcome: all attempts with one key are one request. */
const call = async (method, url, { key, body } = {}) => {
  const headers = { 'content-type': 'application/json' };
  if (url.startsWith(`${FLASHRESERVE_URL}/`)) headers.authorization = `Bearer ${FLASHRESERVE_KEY}`;
  if (key !== undefined) headers['idempotency-key'] = key;
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    let seconds = 0.1 * 2 ** attempt * (1 + Math.random());
    try {
      const signal = AbortSignal.timeout(10_000);
      const response = await fetch(url, { method, headers, body: JSON.stringify(body), signal });
      const answer = { http: response.status, ...(await response.json()) };
      const wait = Number(response.headers.get('retry-after') ?? 0);
      if (![408, 429, 500, 502, 503, 504].includes(answer.http) || wait > 5) return answer;
      seconds = Math.max(seconds, wait);
    } catch (error) {
      console.error(`${method} ${url}: ${error.message}`);
    }
    await pause(seconds * 1_000);
  }
  throw new Error(`${method} ${url} has no outcome.`);
};
const flashReserve = (path, options) => call('POST', `${FLASHRESERVE_URL}${path}`, options);

/** Holds the units, then asks for the money. Your session knows the customer; here the body does. */
const checkout = async ({ orderId, customerId, productId, quantity }) => {
  const terms = { customerId, quantity, externalReference: orderId };
  const held = await flashReserve(`/reservations/${productId}`, { key: orderId, body: terms });
  if (held.http >= 400) console.error(`Order ${orderId}: ${JSON.stringify(held)}`);
  if (held.http >= 400) return [409, { message: SAY[held.reason] ?? SORRY }];
  if (held.status !== 'PENDING') return [409, { message: `This order is ${held.status}.` }];
  const { reservationId, total, currency } = held;
  const { payUrl } = await call('POST', `${PROVIDER_URL}/payments`, {
    key: reservationId,
    body: { amount: total, currency, reference: reservationId },
  });
  return [200, { reservationId, payUrl }];
};

/** A payment has changed. Anybody can send a webhook, so ask the provider what is true. */
const webhook = async ({ paymentId }) => {
  const payment = await call('GET', `${PROVIDER_URL}/payments/${paymentId}`);
  if (payment.status !== 'paid') return [200, { outcome: 'nothing to do' }];
  const reservation = `/reservations/${payment.reference}`;
  let sold = await flashReserve(`${reservation}/confirm`);
  // Too late: take the units again, if they are still there.
  if (sold.reason === 'RESERVATION_EXPIRED') sold = await flashReserve(`${reservation}/revive`);
  if (sold.http === 200) return [200, { outcome: 'sold' }];
  if (sold.http !== 409) throw new Error(`${payment.reference}: ${JSON.stringify(sold)}`);
  await call('POST', `${PROVIDER_URL}/payments/${paymentId}/refund`, { key: paymentId });
  return [200, { outcome: 'refunded' }];
};

/** The buyer gives up. If the payment was faster, the answer is RESERVATION_CONFIRMED: it is sold. */
const giveUp = async ({ reservationId }) => {
  const { http, status, reason } = await flashReserve(`/reservations/${reservationId}/cancel`);
  return [http, { outcome: http === 200 ? status : reason }];
};

/** The customer sends everything back: it goes on sale again, and the money goes back. */
const sendBack = async ({ reservationId, reason }) => {
  const path = `/reservations/${reservationId}/return`;
  const back = await flashReserve(path, { key: 'everything', body: { reason } });
  if (back.http !== 200) return [back.http, { outcome: back.reason }];
  const reference = back.replaces ?? reservationId; // A revived one has the payment of the expired one.
  await call('POST', `${PROVIDER_URL}/payments/${reference}/refund`, { key: reference });
  return [200, { outcome: back.status }];
};

const routes = {
  '/checkout': checkout,
  '/webhook': webhook,
  '/give-up': giveUp,
  '/send-back': sendBack,
};
createServer(async (request, response) => {
  let answer = [503, { message: `${SORRY} Try again.` }]; // The provider sends the webhook again.
  try {
    let text = '';
    for await (const chunk of request) text += chunk;
    answer = (await routes[request.url]?.(JSON.parse(text))) ?? [404, {}];
  } catch (error) {
    console.error(error);
  }
  response.writeHead(answer[0], { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(answer[1])}\n`);
}).listen(Number(PORT), '127.0.0.1', () => console.log(`The shop listens on port ${PORT}.`));
