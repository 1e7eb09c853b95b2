import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenPlan } from './open-plan';
import { runOpen } from './run-open';

const TOKENS = ['ada', 'bea', 'cem'];
const NEVER = new AbortController().signal;

/** A server that makes reservations; the first request waits until `release` is called. */
const startShop = async ({ isStuck = false }: { readonly isStuck?: boolean } = {}) => {
  const buyerOf = new Map<string, string>();
  const ended: { readonly id: string; readonly buyer: string }[] = [];
  let isFirst = isStuck;
  let release = (): void => undefined;
  const answer = (response: ServerResponse, status: number, body: string): void => {
    response.writeHead(status, { 'content-length': body.length }).end(body);
  };
  const server = createServer((request, response) => {
    const buyer = request.headers.authorization ?? '';
    const [, id] = /^\/reservations\/(?:confirm|cancel)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (isFirst) {
      isFirst = false;
      release = () => {
        answer(response, 200, '{}');
      };
    } else if (id !== undefined) {
      ended.push({ id, buyer });
      answer(response, 200, '{}');
    } else if (request.method === 'POST') {
      const reservationId = `r-${buyerOf.size}`;
      buyerOf.set(reservationId, buyer);
      answer(response, 201, JSON.stringify({ reservationId }));
    } else {
      answer(response, 200, '{"items":[]}');
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, buyerOf, ended, release: () => release(), stop: () => server.close() };
};

const plan = (url: string, more: Partial<OpenPlan>): OpenPlan => ({
  url,
  connections: 4,
  ratePerSecond: 500,
  seconds: 0.4,
  shares: { list: 7, reserve: 2, confirm: 1, cancel: 0 },
  listPath: '/products',
  productIds: ['p'],
  reservations: [],
  ...more,
});

describe('a run with a fixed rate', () => {
  it('every request is sent once, and reservations are ended by their buyers', async () => {
    const shop = await startShop();
    const reservations = [{ reservationId: 'earlier', buyer: 2 }];
    // Long enough that a busy machine cannot use up the time after which a run gives up.
    const slow = { ratePerSecond: 100, seconds: 2, reservations };
    const outcome = await runOpen(plan(shop.url, slow), TOKENS, NEVER);
    shop.stop();
    expect(outcome).toMatchObject({ answers: { 201: 40, 200: 160 }, errors: 0, unsent: 0 });
    expect(outcome.ofRequests.confirm.answers).toEqual({ 200: 20 });
    expect(outcome.seconds).toBeGreaterThan(1.9);
    expect(shop.ended[0]).toEqual({ id: 'earlier', buyer: 'Bearer cem' });
    for (const { id, buyer } of shop.ended.slice(1)) expect(shop.buyerOf.get(id)).toBe(buyer);
    expect(new Set(shop.ended.map(({ id }) => id)).size).toBe(20);
  });

  it('the wait for a connection counts, from when each request was due', async () => {
    const shop = await startShop({ isStuck: true });
    // Long enough that a busy machine sends all of them before the run gives up.
    const slow = { connections: 1, ratePerSecond: 200, seconds: 1 };
    const running = runOpen(plan(shop.url, slow), TOKENS, NEVER);
    setTimeout(shop.release, 800);
    const { latencyMs, answers } = await running;
    shop.stop();
    expect(Object.values(answers).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(190);
    // All requests of 800 ms waited, 400 ms on average; only one was sent late itself.
    expect(latencyMs.p50).toBeGreaterThan(50);
  });

  it('requests that a slow system leaves no time for are counted as unsent', async () => {
    const shop = await startShop({ isStuck: true });
    const running = runOpen(plan(shop.url, { connections: 1 }), TOKENS, NEVER);
    setTimeout(shop.release, 900);
    const { unsent } = await running;
    shop.stop();
    expect(unsent).toBe(199);
  });

  it('a confirmation without a reservation is not sent', async () => {
    const shop = await startShop();
    const shares = { list: 1, reserve: 0, confirm: 1, cancel: 0 };
    const outcome = await runOpen(plan(shop.url, { shares }), TOKENS, NEVER);
    shop.stop();
    expect(outcome).toMatchObject({ answers: { 200: 100 }, unsent: 100 });
  });
});
