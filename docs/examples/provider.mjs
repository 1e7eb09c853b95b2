/**
 * A payment provider to try a shop with. The caller of POST /payments/{id}/pay is the buyer: call
 * it late, twice, or never.
 *
 *   POST /payments { amount, currency, reference }  with Idempotency-Key -> 201 { id, payUrl, … }
 *   GET  /payments/{id}                             -> 200 { id, status: open|paid|refunded, … }
 *   POST /payments/{id}/pay                         pays, and tells WEBHOOK_URL { "paymentId": id }
 *   POST /payments/{id}/refund                      gives the money back
 *
 * {id} is the payment's id or its reference.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { argv, env } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const WEBHOOK_TRIES_MAX = 8;

const bodyOf = async (request) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : JSON.parse(text);
};

/** Delivers a webhook until the shop answers 2xx, as providers do, only faster. */
const deliver = async (webhookUrl, paymentId) => {
  for (let attempt = 0; attempt < WEBHOOK_TRIES_MAX; attempt += 1) {
    await pause(attempt === 0 ? 0 : 100 * 2 ** attempt);
    try {
      const { ok } = await fetch(webhookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ paymentId }),
        signal: AbortSignal.timeout(15_000),
      });
      if (ok) return;
    } catch (error) {
      console.error(`Webhook of ${paymentId}: ${error.message}. It is sent again.`);
    }
  }
  console.error(`Webhook of ${paymentId}: given up.`);
};

export const createProvider = ({ webhookUrl }) => {
  const payments = new Map();
  const idsByKey = new Map();

  const create = ({ amount, currency, reference }, key, origin) => {
    const id = idsByKey.get(key) ?? randomUUID();
    idsByKey.set(key, id);
    if (!payments.has(id)) {
      const payUrl = `${origin}/payments/${id}/pay`;
      payments.set(id, { id, status: 'open', amount, currency, reference, payUrl });
    }
    return payments.get(id);
  };
  const find = (id) =>
    payments.get(id) ?? [...payments.values()].find(({ reference }) => reference === id);
  const pay = (payment) => {
    if (payment.status === 'open') payment.status = 'paid';
    if (webhookUrl) void deliver(webhookUrl, payment.id);
    return payment;
  };
  const refund = (payment) => {
    payment.status = 'refunded';
    return payment;
  };

  return createServer(async (request, response) => {
    const [, collection, id = '', action = ''] = new URL(
      request.url,
      'http://provider',
    ).pathname.split('/');
    const body = await bodyOf(request);
    const payment = find(id);
    const send = (status, answer) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(answer)}\n`);
    };
    const handlers = {
      'POST ': () =>
        create(
          body,
          request.headers['idempotency-key'] ?? randomUUID(),
          `http://${request.headers.host}`,
        ),
      'GET ': () => payment ?? [...payments.values()],
      'POST pay': () => pay(payment),
      'POST refund': () => refund(payment),
    };
    const handle = collection === 'payments' && handlers[`${request.method} ${action}`];
    if (!handle || (id !== '' && payment === undefined)) send(404, {});
    else send(id === '' && request.method === 'POST' ? 201 : 200, handle());
  });
};

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '4000', WEBHOOK_URL = 'http://localhost:4001/webhook' } = env;
  const server = createProvider({ webhookUrl: WEBHOOK_URL });
  server.listen(Number(PORT), '127.0.0.1', () => {
    console.log(`The provider listens on http://localhost:${server.address().port}`);
  });
}
