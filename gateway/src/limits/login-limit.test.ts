import { DomainError, overloaded } from '@flashreserve/rpc';
import { send } from '../testing/http-client';
import { createTestAuth, GOOD_PASSWORD, logIn, statusesOf } from '../testing/log-in';
import { startTestGateway, type TestServices } from '../testing/start-test-gateway';

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
});

/** A gateway behind one proxy, so that tests can choose client addresses. */
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
  it('failed logins to one account from one address are limited, before the password is checked', async () => {
    const { port, logins } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3' },
    });
    expect(await statusesOf(5, () => logIn(port))).toEqual([401, 401, 401, 429, 429]);
    expect(logins()).toBe(3);
    expect((await logIn(port, { password: GOOD_PASSWORD })).status).toBe(429);
  });

  it('all spellings of an e-mail address share one count of failed logins', async () => {
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

  it('concurrent logins cannot exceed the limit', async () => {
    const { port, logins } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3' },
    });
    await Promise.all(Array.from({ length: 30 }, () => logIn(port)));
    expect(logins()).toBe(3);
  });

  it('a limited login returns a problem with the retry time and the limit', async () => {
    const { port } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '1', LOGIN_WINDOW_SECONDS: '100' },
    });
    await logIn(port);
    const { status, headers, json } = await logIn(port);
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'ratelimit-policy': '"login";q=1;w=100',
      ratelimit: expect.stringMatching(/^"login";r=0;t=(?:9\d|100)$/),
    });
    expect(json).toMatchObject({ reason: 'LOGIN_LIMITED', status: 429 });
    expect(Number(headers['retry-after'])).toBeGreaterThan(90);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(100);
  });

  it('an accepted login says how many more may fail', async () => {
    const { port } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3', LOGIN_WINDOW_SECONDS: '100' },
    });
    const { status, headers } = await logIn(port, { password: GOOD_PASSWORD });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'ratelimit-policy': '"login";q=3;w=100',
      ratelimit: '"login";r=2;t=100',
    });
  });

  it('a successful login resets the count of its account and address', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2' } });
    const passwords = ['x-wrong-1', GOOD_PASSWORD, 'x-wrong-2', 'x-wrong-3', 'x-wrong-4'];
    const statuses = await statusesOf(5, (index) =>
      logIn(port, { password: passwords[index] ?? '' }),
    );
    expect(statuses).toEqual([401, 200, 401, 401, 429]);
  });

  it('a login does not count if the password could not be checked', async () => {
    const { port } = await start({
      auth: { login: () => Promise.reject(overloaded('AUTH_BUSY')) },
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2', LOGIN_FAILURES_PER_ACCOUNT: '2' },
    });
    expect(await statusesOf(5, () => logIn(port))).toEqual([503, 503, 503, 503, 503]);
  });

  it('failed logins from changing addresses reach the limit of the account', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ACCOUNT: '3' } });
    const statuses = await statusesOf(5, (index) =>
      logIn(port, { forwardedFor: `203.0.113.${index}` }),
    );
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('failures elsewhere do not lock out an address that is familiar to the account', async () => {
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

  it('failed logins to changing accounts reach the limit of the address, and only of that address', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ADDRESS: '3' } });
    const from = (forwardedFor: string) =>
      statusesOf(4, (index) => logIn(port, { email: `user-${index}@example.test`, forwardedFor }));
    expect(await from('203.0.113.1')).toEqual([401, 401, 401, 429]);
    expect(await from('203.0.113.2')).toEqual([401, 401, 401, 429]);
  });

  it('logins rejected for the address do not count towards the limit of the account', async () => {
    const { port } = await start({
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2', LOGIN_FAILURES_PER_ACCOUNT: '3' },
    });
    await statusesOf(20, () => logIn(port, { forwardedFor: '203.0.113.1' }));
    expect((await logIn(port, { forwardedFor: '203.0.113.2' })).status).toBe(401);
  });

  it('failed logins are limited in total, whatever the account and address', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_MINUTE_TOTAL: '3' } });
    const statuses = await statusesOf(5, (index) =>
      logIn(port, { email: `user-${index}@example.test`, forwardedFor: `203.0.113.${index}` }),
    );
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('a limit of 0 disables the limits on logins', async () => {
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

  it('logins on the administrator sign-in page share the limits', async () => {
    const { port } = await start({ limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '1' } });
    await logIn(port);
    const answer = await send(port, 'POST /admin/session', {
      body: { email: 'ann@example.test', password: GOOD_PASSWORD },
    });
    expect(answer.json).toMatchObject({ status: 429, reason: 'LOGIN_LIMITED' });
  });
});

describe('password changes', () => {
  it('password changes are limited like logins, so a stolen access token does not help to guess the password', async () => {
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

describe('forged X-Forwarded-For', () => {
  const limits = { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '2' };

  it('a forged X-Forwarded-For does not evade a limit when no proxy is trusted', async () => {
    const { port } = await start({ trustProxyHops: 0, limits });
    const statuses = await statusesOf(4, (index) =>
      logIn(port, { forwardedFor: `203.0.113.${index}` }),
    );
    expect(statuses).toEqual([401, 401, 429, 429]);
  });

  it('a forged X-Forwarded-For does not evade a limit behind one proxy, which appends the true address', async () => {
    const { port } = await start({ limits });
    const statuses = await statusesOf(4, (index) =>
      logIn(port, { forwardedFor: `203.0.113.${index}, 198.51.100.1` }),
    );
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await logIn(port, { forwardedFor: '203.0.113.0, 198.51.100.2' })).status).toBe(401);
  });

  it('an X-Forwarded-For entry that is no address counts as the proxy that forwarded it', async () => {
    const { port } = await start({ limits });
    const statuses = await statusesOf(4, (index) => logIn(port, { forwardedFor: `x${index}` }));
    expect(statuses).toEqual([401, 401, 429, 429]);
  });
});
