import { DomainError, overloaded } from '@flashreserve/rpc';
import { send } from '../testing/http-client';
import { createTestAuth, GOOD_PASSWORD, logIn, statusesOf } from '../testing/log-in';
import { startTestGateway, type TestServices } from '../testing/start-test-gateway';

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
});

/** A gateway behind one proxy, so that the test can choose addresses. */
const start = async (services: TestServices = {}) => {
  const testAuth = createTestAuth();
  const gateway = await startTestGateway({
    auth: testAuth.auth,
    trustProxyHops: 1,
    ...services,
  });
  stop = gateway.stop;
  return { port: gateway.port, logins: testAuth.logins };
};

describe('logins', () => {
  it('to one account from one address are refused after their limit of failures, before the password is looked at', async () => {
    const { port, logins } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3' },
    });
    expect(await statusesOf(5, () => logIn(port))).toEqual([401, 401, 401, 429, 429]);
    expect(logins()).toBe(3);
    expect((await logIn(port, { password: GOOD_PASSWORD })).status).toBe(429);
  });

  it('count together for all spellings of one address', async () => {
    const { port, logins } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3' },
    });
    const spellings = [
      'zo\u00eb@m\u00fcnchen.example',
      'zoe\u0308@mu\u0308nchen.example',
      'ZO\u00cb@xn--mnchen-3ya.example',
      ' Zo\u00eb@M\u00dcNCHEN.example',
    ];
    const statuses: number[] = [];
    for (const email of spellings) statuses.push((await logIn(port, { email })).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect(logins()).toBe(3);
  });

  it('that come at once cannot pass the limit together', async () => {
    const { port, logins } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3' },
    });
    await Promise.all(Array.from({ length: 30 }, () => logIn(port)));
    expect(logins()).toBe(3);
  });

  it('are refused with a problem that says when to try again and which limit it was', async () => {
    const { port } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '1', LOGIN_WINDOW_SECONDS: '100' },
    });
    await logIn(port);
    const { status, headers, json } = await logIn(port);
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
    });
    expect(json).toMatchObject({ reason: 'LOGIN_LIMITED', status: 429 });
    for (const name of ['retry-after', 'ratelimit-reset']) {
      expect(Number(headers[name])).toBeGreaterThan(90);
      expect(Number(headers[name])).toBeLessThanOrEqual(100);
    }
  });

  it('that succeed start the count of their account and address again', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2' } });
    const passwords = ['x-wrong-1', GOOD_PASSWORD, 'x-wrong-2', 'x-wrong-3', 'x-wrong-4'];
    const statuses = await statusesOf(5, (index) =>
      logIn(port, { password: passwords[index] ?? '' }),
    );
    expect(statuses).toEqual([401, 200, 401, 401, 429]);
  });

  it('are not counted when the system could not check the password', async () => {
    const { port } = await start({
      auth: { login: () => Promise.reject(overloaded('AUTH_BUSY')) },
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2', LOGIN_FAILURES_PER_ACCOUNT: '2' },
    });
    expect(await statusesOf(5, () => logIn(port))).toEqual([503, 503, 503, 503, 503]);
  });

  it('are limited by the account when they come from ever new addresses', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ACCOUNT: '3' } });
    const statuses = await statusesOf(5, (index) =>
      logIn(port, { forwardedFor: `203.0.113.${index}` }),
    );
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('from an address that is familiar to the account are not locked out by failures elsewhere', async () => {
    const { port } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT: '3', LOGIN_FAILURES_PER_MINUTE_TOTAL: '4' },
    });
    const home = { forwardedFor: '198.51.100.1', password: GOOD_PASSWORD };
    await logIn(port, home);
    const attacks = await statusesOf(9, (index) =>
      logIn(port, { forwardedFor: `203.0.113.${index}` }),
    );
    expect(attacks.slice(-3)).toEqual([429, 429, 429]);
    expect((await logIn(port, home)).status).toBe(200);
    expect((await logIn(port, { ...home, forwardedFor: '198.51.100.2' })).status).toBe(429);
  });

  it('to ever new accounts are limited by the address, and only there', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ADDRESS: '3' } });
    const from = (forwardedFor: string) =>
      statusesOf(4, (index) => logIn(port, { email: `user-${index}@example.test`, forwardedFor }));
    expect(await from('203.0.113.1')).toEqual([401, 401, 401, 429]);
    expect(await from('203.0.113.2')).toEqual([401, 401, 401, 429]);
  });

  it('that an address is refused for do not use up the limit of the account', async () => {
    const { port } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2', LOGIN_FAILURES_PER_ACCOUNT: '3' },
    });
    await statusesOf(20, () => logIn(port, { forwardedFor: '203.0.113.1' }));
    expect((await logIn(port, { forwardedFor: '203.0.113.2' })).status).toBe(401);
  });

  it('that fail are limited in total, whatever account and address', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_MINUTE_TOTAL: '3' } });
    const statuses = await statusesOf(5, (index) =>
      logIn(port, { email: `user-${index}@example.test`, forwardedFor: `203.0.113.${index}` }),
    );
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('are not limited where the limits are 0', async () => {
    const { port } = await start({
      limits: {
        LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '0',
        LOGIN_FAILURES_PER_ACCOUNT: '0',
        LOGIN_FAILURES_PER_ADDRESS: '0',
        LOGIN_FAILURES_PER_MINUTE_TOTAL: '0',
      },
    });
    const statuses = await statusesOf(60, () => logIn(port));
    expect(new Set(statuses)).toEqual(new Set([401]));
  });

  it('to the pages of administrators are limited together with the others', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '1' } });
    await logIn(port);
    const answer = await send(port, 'POST /admin/session', {
      body: { email: 'ann@example.test', password: GOOD_PASSWORD },
    });
    expect(answer.json).toMatchObject({ status: 429, reason: 'LOGIN_LIMITED' });
  });
});

describe('changes of the password', () => {
  it('are limited like logins, so that a stolen access token does not help to guess it', async () => {
    const wrongPassword = new DomainError({
      kind: 'forbidden',
      reason: 'WRONG_PASSWORD',
      message: 'The password is wrong.',
    });
    const { port } = await start({
      auth: { changePassword: () => Promise.reject(wrongPassword) },
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2' },
    });
    const body = { currentPassword: 'a wrong password', newPassword: 'another password' };
    const answers = await statusesOf(3, () =>
      send(port, 'POST /auth/password', { token: 'customer', body }),
    );
    expect(answers).toEqual([403, 403, 429]);
  });
});

describe('rotating X-Forwarded-For', () => {
  const limits = { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2' };

  it('does not evade a limit when no proxy is trusted', async () => {
    const { port } = await start({ trustProxyHops: 0, limits });
    const statuses = await statusesOf(4, (index) =>
      logIn(port, { forwardedFor: `203.0.113.${index}` }),
    );
    expect(statuses).toEqual([401, 401, 429, 429]);
  });

  it('does not evade a limit behind one proxy, which adds the true address at the right', async () => {
    const { port } = await start({ limits });
    const statuses = await statusesOf(4, (index) =>
      logIn(port, { forwardedFor: `203.0.113.${index}, 198.51.100.1` }),
    );
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await logIn(port, { forwardedFor: '203.0.113.0, 198.51.100.2' })).status).toBe(401);
  });

  it('with what is no address counts as the proxy that passed it on', async () => {
    const { port } = await start({ limits });
    const statuses = await statusesOf(4, (index) => logIn(port, { forwardedFor: `x${index}` }));
    expect(statuses).toEqual([401, 401, 429, 429]);
  });
});
