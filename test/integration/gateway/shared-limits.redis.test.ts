import { createSilentLogger } from '@flashreserve/ops';
import { connectCounterRedis } from '@flashreserve/store/redis';
import { RESERVATION } from '../../../gateway/src/testing/ask';
import { send } from '../../../gateway/src/testing/http-client';
import {
  createTestAuth,
  GOOD_PASSWORD,
  logIn,
  statusesOf,
} from '../../../gateway/src/testing/log-in';
import { startTestGateway } from '../../../gateway/src/testing/start-test-gateway';
import { eventually } from '../../support/eventually';
import { testStores, uniquePrefix } from '../../support/stores';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';

/**
 * Maximum delay of a login by a hanging Redis: one command, until the connection counts as lost.
 */
const HANG_MS_MAX = 5_000;

let prefix: string;
let proxy: TcpProxy;
let cleanUp: (() => Promise<void> | void)[];

beforeEach(async () => {
  prefix = uniquePrefix();
  cleanUp = [];
  proxy = await startTcpProxy({ port: Number(new URL(testStores().redisUrl).port) });
  cleanUp.push(proxy.stop);
});

afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
});

/** A gateway with its counters in Redis, reached through the proxy. */
const start = async (limits: Readonly<Record<string, string>>) => {
  const redis = connectCounterRedis(`redis://${proxy.address}`, createSilentLogger());
  cleanUp.push(() => redis.disconnect());
  const testAuth = createTestAuth();
  const gateway = await startTestGateway({
    auth: testAuth.auth,
    reservation: { reserve: async () => ({ reservation: RESERVATION, replayed: false }) },
    trustProxyHops: 1,
    limits,
    counterStore: { redis, prefix },
  });
  cleanUp.push(gateway.stop);
  const isConnected = (wanted: boolean) =>
    eventually(async () => expect(redis.status === 'ready').toBe(wanted), 10_000);
  await isConnected(true);
  return { port: gateway.port, logins: testAuth.logins, redis, isConnected };
};

describe('gateways with the same Redis', () => {
  it('gateways with one Redis count failed logins together', async () => {
    const limits = { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '4' };
    const [one, other] = [await start(limits), await start(limits)];
    const statuses = await statusesOf(6, (index) => logIn((index % 2 ? one : other).port));
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
  });

  it('concurrent guesses at several gateways cannot exceed the limit', async () => {
    const limits = { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '4' };
    const [one, other] = [await start(limits), await start(limits)];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => logIn((index % 2 ? one : other).port)),
    );
    expect(one.logins() + other.logins()).toBe(4);
  });

  it('gateways with one Redis share the familiar addresses of an account', async () => {
    const limits = { LOGIN_FAILURES_PER_ACCOUNT: '3' };
    const [one, other] = [await start(limits), await start(limits)];
    const home = { forwardedFor: '198.51.100.1', password: GOOD_PASSWORD };
    await logIn(one.port, home);
    await statusesOf(6, (index) => logIn(one.port, { forwardedFor: `203.0.113.${index}` }));
    expect((await logIn(other.port, home)).status).toBe(200);
    const stranger = { ...home, forwardedFor: '198.51.100.2' };
    expect((await logIn(other.port, stranger)).status).toBe(429);
  });

  it('the counters contain no personal data and expire', async () => {
    const { port, redis } = await start({});
    await logIn(port, { email: 'ann@example.test' });
    const keys = await redis.keys(`${prefix}:*`);
    expect(keys.length).toBeGreaterThanOrEqual(4);
    for (const key of keys) {
      expect(key).not.toContain('ann');
      expect(await redis.pttl(key)).toBeGreaterThan(0);
    }
  });
});

describe('without Redis', () => {
  it('without Redis logins continue, and each gateway counts separately', async () => {
    const { port, isConnected } = await start({ LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3' });
    proxy.setMode('refuse');
    await isConnected(false);
    expect((await logIn(port, { password: GOOD_PASSWORD })).status).toBe(200);
    const statuses = await statusesOf(5, () => logIn(port));
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('counts from before an outage of Redis apply again after it', async () => {
    const { port, isConnected } = await start({ LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2' });
    expect(await statusesOf(3, () => logIn(port))).toEqual([401, 401, 429]);
    proxy.setMode('refuse');
    await isConnected(false);
    await logIn(port);
    proxy.setMode('pass');
    await isConnected(true);
    expect((await logIn(port)).status).toBe(429);
  });

  it('a hanging Redis delays one login briefly and the next ones not at all', async () => {
    const { port, isConnected } = await start({});
    proxy.setMode('freeze');
    const startedAt = performance.now();
    expect((await logIn(port, { password: GOOD_PASSWORD })).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(HANG_MS_MAX);
    await isConnected(false);
    expect((await logIn(port, { password: GOOD_PASSWORD })).status).toBe(200);
  });

  it('without Redis reservations continue, limited or not', async () => {
    const { port, isConnected } = await start({ RESERVATIONS_PER_SECOND_PER_USER: '1000' });
    proxy.setMode('refuse');
    await isConnected(false);
    const answer = await send(port, 'POST /reservations', {
      token: 'customer',
      body: { items: RESERVATION.lines },
    });
    expect(answer.status).toBe(201);
  });
});
