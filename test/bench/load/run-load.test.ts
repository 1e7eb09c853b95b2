import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoadPlan } from './load-plan';
import { runLoad } from './run-load';

const TOKENS = Array.from({ length: 50 }, (_, index) => `token-${index}`);
const NEVER = new AbortController().signal;

/** A server that numbers its responses and records who sent each request. */
const startShop = async (options: { readonly breakEvery?: number } = {}) => {
  const buyers: string[] = [];
  const confirmed: string[] = [];
  const server: Server = createServer((request, response) => {
    buyers.push(request.headers.authorization ?? '');
    if (options.breakEvery !== undefined && buyers.length % options.breakEvery === 0) {
      request.socket.destroy();
      return;
    }
    const [, id] = /^\/reservations\/confirm\/(.+)$/.exec(request.url ?? '') ?? [];
    if (id !== undefined) {
      confirmed.push(id);
      response.writeHead(200, { 'content-length': 2 }).end('{}');
      return;
    }
    const body = JSON.stringify({ reservationId: `r-${buyers.length}` });
    response.writeHead(201, { 'content-length': body.length }).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, buyers, confirmed, stop: () => server.close() };
};

const plan = (url: string, more: Partial<LoadPlan>): LoadPlan => ({
  url,
  connections: 7,
  until: 'once',
  requests: { kind: 'reserve', productIds: ['p'] },
  ...more,
});

describe('a run of the load generator', () => {
  it('every buyer sends exactly one request, and the result tells who got what', async () => {
    const shop = await startShop();
    const outcome = await runLoad(plan(shop.url, { collect: true }), TOKENS, NEVER);
    shop.stop();
    expect(outcome).toMatchObject({ answers: { 201: TOKENS.length }, errors: 0 });
    expect(shop.buyers.toSorted()).toEqual(TOKENS.map((token) => `Bearer ${token}`).toSorted());
    for (const { reservationId, buyer } of outcome.made) {
      const turn = Number(reservationId.slice('r-'.length)) - 1;
      expect(shop.buyers[turn]).toBe(`Bearer token-${buyer}`);
    }
  });

  it('a broken connection counts as an error, and the next request is sent', async () => {
    const shop = await startShop({ breakEvery: 10 });
    const outcome = await runLoad(plan(shop.url, {}), TOKENS, NEVER);
    shop.stop();
    expect(outcome).toMatchObject({ answers: { 201: 45 }, errors: 5 });
  });

  it('a checkout confirms the reservation it made, as the same buyer, and counts once', async () => {
    const shop = await startShop();
    const requests = { kind: 'checkout', productIds: ['p'] } as const;
    const outcome = await runLoad(plan(shop.url, { requests }), TOKENS, NEVER);
    shop.stop();
    expect(outcome).toMatchObject({ answers: { 200: TOKENS.length }, errors: 0 });
    expect(shop.confirmed).toHaveLength(TOKENS.length);
    for (const buyer of TOKENS.map((token) => `Bearer ${token}`)) {
      expect(shop.buyers.filter((each) => each === buyer)).toHaveLength(2);
    }
  });

  it('with atMostOnce a run with a time limit repeats no request', async () => {
    const shop = await startShop();
    const until = { seconds: 60, atMostOnce: true } as const;
    const outcome = await runLoad(plan(shop.url, { until }), TOKENS, NEVER);
    shop.stop();
    expect(outcome.answers).toEqual({ 201: TOKENS.length });
  });

  it('the run ends at its time limit, and earlier if it is aborted', async () => {
    const shop = await startShop();
    const short = await runLoad(plan(shop.url, { until: { seconds: 0.2 } }), TOKENS, NEVER);
    expect(short.seconds).toBeGreaterThan(0.1);
    const halting = new AbortController();
    const running = runLoad(plan(shop.url, { until: { seconds: 60 } }), TOKENS, halting.signal);
    halting.abort();
    expect((await running).seconds).toBeLessThan(30);
    shop.stop();
  });
});
