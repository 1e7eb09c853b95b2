import { randomUUID } from 'node:crypto';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createShop, PASSWORD, reasonOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;

beforeAll(async () => {
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { REFRESH_GRACE_SECONDS: '0' },
  });
  shop = createShop(stack.urls[0], stack.env);
});

afterAll(async () => {
  await stack.stop();
});

const newEmail = (): string => `person-${randomUUID()}@example.test`;
const register = (body: object, token?: string) =>
  shop.rest('POST', '/auth/register', { body, ...(token !== undefined && { token }) });
const refresh = (refreshToken: string) =>
  shop.rest('POST', '/auth/refresh', { body: { refreshToken } });

describe('registration', () => {
  it('registering creates a customer and returns id, e-mail address and role', async () => {
    const email = newEmail();

    const response = await register({ email, password: PASSWORD, name: 'Ada' });

    expect(response.status).toBe(201);
    expect(response.body).toEqual({ id: expect.any(String), email, role: 'CUSTOMER' });
  });

  it('registering cannot create an administrator', async () => {
    const email = newEmail();
    const buyer = await shop.newBuyer();

    for (const token of [undefined, buyer.token]) {
      const response = await register({ email, password: PASSWORD, role: 'ADMIN' }, token);
      expect(response.status).toBe(403);
      expect(reasonOf(response)).toBe('ADMIN_REQUIRED');
    }
    expect(
      (await shop.rest('POST', '/auth/login', { body: { email, password: PASSWORD } })).status,
    ).toBe(401);
  });

  it('an administrator can register another administrator', async () => {
    const response = await register(
      { email: newEmail(), password: PASSWORD, role: 'ADMIN' },
      await shop.adminToken(),
    );

    expect(response).toMatchObject({ status: 201, body: { role: 'ADMIN' } });
  });

  it('registering a taken address is refused, however it is spelt', async () => {
    const email = newEmail();
    await register({ email, password: PASSWORD });

    const response = await register({ email: email.toUpperCase(), password: PASSWORD });

    expect(response.status).toBe(409);
    expect(reasonOf(response)).toBe('EMAIL_TAKEN');
  });

  it('registering with a field that only the system may set is refused', async () => {
    for (const field of ['isAdmin', '_id', 'id', 'passwordHash', '__v']) {
      const response = await register({ email: newEmail(), password: PASSWORD, [field]: 'x' });
      expect([field, response.status]).toEqual([field, 400]);
    }
  });
});

describe('login', () => {
  it('a login with an unknown address and one with a wrong password get the same response', async () => {
    const { email } = await shop.newBuyer();

    const wrong = await shop.rest('POST', '/auth/login', {
      body: { email, password: 'wrong password' },
    });
    const unknown = await shop.rest('POST', '/auth/login', {
      body: { email: newEmail(), password: 'wrong password' },
    });

    expect([wrong.status, reasonOf(wrong)]).toEqual([401, 'INVALID_CREDENTIALS']);
    const withoutIds = ({ body }: typeof wrong) => ({
      ...(body as object),
      requestId: '',
      instance: '',
    });
    expect(withoutIds(unknown)).toEqual(withoutIds(wrong));
  });

  it('GET /auth/me returns the logged-in user', async () => {
    const { token, userId, email } = await shop.newBuyer();

    const me = await shop.rest('GET', '/auth/me', { token });

    expect(me.body).toMatchObject({ id: userId, email, role: 'CUSTOMER' });
    expect(JSON.stringify(me.body)).not.toMatch(/password|hash/i);
  });
});

describe('a session', () => {
  it('a session continues by exchanging its refresh token', async () => {
    const buyer = await shop.newBuyer();

    const next = await refresh(buyer.refreshToken);

    expect(next.status).toBe(200);
    const { accessToken, refreshToken } = next.body as {
      accessToken: string;
      refreshToken: string;
    };
    expect(refreshToken).not.toBe(buyer.refreshToken);
    expect((await shop.rest('GET', '/auth/me', { token: accessToken })).status).toBe(200);
  });

  it('reusing a refresh token ends the whole session', async () => {
    const buyer = await shop.newBuyer();
    const next = (await refresh(buyer.refreshToken)).body as { refreshToken: string };

    const reused = await refresh(buyer.refreshToken);
    const successor = await refresh(next.refreshToken);

    expect([reused.status, reasonOf(reused)]).toEqual([401, 'REFRESH_TOKEN_REUSED']);
    expect(successor.status).toBe(401);
  });

  it('a logout ends the session, and a repeated logout succeeds', async () => {
    const buyer = await shop.newBuyer();

    const logouts = [1, 2].map(() =>
      shop.rest('POST', '/auth/logout', { body: { refreshToken: buyer.refreshToken } }),
    );

    expect((await Promise.all(logouts)).map(({ status }) => status)).toEqual([204, 204]);
    expect((await refresh(buyer.refreshToken)).status).toBe(401);
  });

  it('a made-up refresh token is refused', async () => {
    const response = await refresh('invented');

    expect([response.status, reasonOf(response)]).toEqual([401, 'INVALID_REFRESH_TOKEN']);
  });
});

describe('password changes', () => {
  const change = (token: string, currentPassword: string) =>
    shop.rest('POST', '/auth/password', {
      token,
      body: { currentPassword, newPassword: 'a new password' },
    });

  it('a password change ends all other sessions of the user and keeps the current one', async () => {
    const buyer = await shop.newBuyer();
    const other = await shop.login(buyer.email, PASSWORD);

    const changed = await change(buyer.token, PASSWORD);

    expect([changed.status, changed.body]).toEqual([204, undefined]);
    expect(reasonOf(await refresh(other.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect((await refresh(buyer.refreshToken)).status).toBe(200);
    await shop.login(buyer.email, 'a new password');
  });

  it('a password change with a wrong current password is refused and ends no session', async () => {
    const buyer = await shop.newBuyer();

    const refused = await change(buyer.token, 'guessed');

    expect([refused.status, reasonOf(refused)]).toEqual([403, 'WRONG_PASSWORD']);
    expect((await refresh(buyer.refreshToken)).status).toBe(200);
  });
});

describe('roles', () => {
  it('only administrators can change roles, which take effect at the next login', async () => {
    const buyer = await shop.newBuyer();
    const path = `/auth/users/${buyer.userId}/role`;

    const byBuyer = await shop.rest('PUT', path, { token: buyer.token, body: { role: 'ADMIN' } });
    const byAdmin = await shop.rest('PUT', path, {
      token: await shop.adminToken(),
      body: { role: 'ADMIN' },
    });
    const promoted = await shop.login(buyer.email, PASSWORD);

    expect([byBuyer.status, reasonOf(byBuyer)]).toEqual([403, 'ADMIN_REQUIRED']);
    expect(byAdmin).toMatchObject({ status: 200, body: { role: 'ADMIN' } });
    expect(
      (
        await shop.rest('POST', '/products', {
          token: promoted.accessToken,
          body: { name: 'x', price: 1, stockQuantity: 1 },
        })
      ).status,
    ).toBe(201);
  });

  it('changing the role of an unknown user is refused', async () => {
    const response = await shop.rest(
      'PUT',
      '/auth/users/01890000-0000-7000-8000-000000000000/role',
      { token: await shop.adminToken(), body: { role: 'ADMIN' } },
    );

    expect([response.status, reasonOf(response)]).toEqual([404, 'USER_NOT_FOUND']);
  });
});

describe('protected routes', () => {
  it.each([
    ['GET', '/auth/me'],
    ['POST', '/auth/password'],
    ['POST', '/products'],
    ['PATCH', '/products/01890000-0000-7000-8000-000000000000'],
    ['POST', '/products/01890000-0000-7000-8000-000000000000/stock-adjustments'],
    ['POST', '/reservations'],
    ['POST', '/reservations/01890000-0000-7000-8000-000000000000'],
    ['POST', '/reservations/confirm/01890000-0000-7000-8000-000000000000'],
    ['POST', '/reservations/cancel/01890000-0000-7000-8000-000000000000'],
    ['GET', '/reservations'],
    ['GET', '/reservations/01890000-0000-7000-8000-000000000000'],
    ['PUT', '/auth/users/01890000-0000-7000-8000-000000000000/role'],
  ])('%s %s refuses requests without a valid token', async (method, path) => {
    const answers = [
      await shop.rest(method, path),
      await shop.rest(method, path, { token: 'a.b.c' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(answers.map(reasonOf)).toEqual(['TOKEN_MISSING', 'TOKEN_INVALID']);
    expect(answers[0]?.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('access tokens can be verified with the published keys', async () => {
    const { body, status } = await shop.rest('GET', '/.well-known/jwks.json');

    expect(status).toBe(200);
    expect(body).toEqual({
      keys: [
        expect.objectContaining({
          kty: 'RSA',
          alg: 'RS256',
          use: 'sig',
          kid: expect.any(String),
          n: expect.any(String),
          e: 'AQAB',
        }),
      ],
    });
    expect(Object.keys((body as { keys: object[] }).keys[0] ?? {})).not.toContain('d');
  });
});
