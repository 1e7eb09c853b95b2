import { UserStatus } from '@flashreserve/contracts/auth';
import { createLogger } from '@flashreserve/ops';
import { DomainError, type UnaryCallOptions } from '@flashreserve/rpc';
import { ask, PRODUCT, PRODUCT_ID, RESERVATION_ID } from '../../testing/ask';
import { USER_ID } from '../../testing/start-test-gateway';

describe('authorization of routes', () => {
  it.each([
    ['no token', undefined, 'TOKEN_MISSING'],
    ['a bad token', 'forged', 'TOKEN_INVALID'],
  ])('%s gets 401 before the body is read', async (_name, token, reason) => {
    const answer = await ask('POST /products', {
      ...(token !== undefined && { token }),
      raw: '{broken',
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.json).toMatchObject({ status: 401, reason });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="flashreserve"/);
  });

  it.each([
    ['that no client can have', 'fr_x'],
    ['whose secret is wrong', 'fr_webshop_wrong'],
    ['of a client that was revoked a moment ago', 'fr_webshop_revoked'],
  ])('an API key %s gets API_KEY_INVALID', async (_name, token) => {
    const answer = await ask(
      'POST /products',
      { token },
      {
        auth: {
          issueClientToken: async ({ clientSecret }) => {
            if (clientSecret === 'revoked') {
              return { accessToken: 'revoked', expiresInSeconds: 900, scopes: [] };
            }
            const message = 'The credentials are not valid.';
            throw new DomainError({
              kind: 'unauthenticated',
              reason: 'INVALID_CREDENTIALS',
              message,
            });
          },
        },
      },
    );
    expect(answer.json).toMatchObject({ status: 401, reason: 'API_KEY_INVALID' });
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('a customer gets 403 on an admin route before the body is read', async () => {
    const answer = await ask('POST /products', { token: 'customer', raw: '{broken' });
    expect(answer.json).toMatchObject({ status: 403, reason: 'ADMIN_REQUIRED' });
  });

  it('an API client without the scope gets 403 that names the scope', async () => {
    const answer = await ask(`POST /reservations/${RESERVATION_ID}/confirm`, { token: 'client' });
    const scope = 'reservations:confirm';
    expect(answer.json).toMatchObject({ status: 403, reason: 'SCOPE_REQUIRED', scope });
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer realm="flashreserve", error="insufficient_scope", scope="${scope}"`,
    );
  });

  it.each(['GET /auth/me', 'POST /auth/password'])(
    'an API client gets 403 on %s, which is for users',
    async (target) => {
      const answer = await ask(target, { token: 'client' });
      expect(answer.json).toMatchObject({ status: 403, reason: 'PERMISSION_DENIED' });
    },
  );

  it('a service gets 403 on a route for users', async () => {
    const answer = await ask('GET /reservations', { token: 'service' });
    expect(answer.json).toMatchObject({ status: 403, reason: 'PERMISSION_DENIED' });
  });

  it("a public route ignores the Authorization header and uses the gateway's own token", async () => {
    let call: UnaryCallOptions | undefined;
    const answer = await ask(
      `GET /products/${PRODUCT_ID}`,
      { headers: { authorization: 'nonsense' } },
      {
        catalog: {
          getProduct: async (_id, options) => {
            call = options;
            return PRODUCT;
          },
        },
      },
    );
    expect(answer.status).toBe(200);
    expect(call?.token).toBe('gateway');
  });

  it.each([
    ['admin', 'admin'],
    ['forged', undefined],
    ['service', undefined],
  ])('a registration with the token "%s" is forwarded with %s', async (token, sent) => {
    let call: UnaryCallOptions | undefined;
    const answer = await ask(
      'POST /auth/register',
      { token, body: { email: 'a@example.com', password: 'long-enough', role: 'ADMIN' } },
      {
        auth: {
          register: async ({ email, role }, options) => {
            call = options;
            return {
              userId: USER_ID,
              email,
              name: '',
              role,
              status: UserStatus.USER_STATUS_ACTIVE,
            };
          },
        },
      },
    );
    expect(answer.json).toEqual({ id: USER_ID, email: 'a@example.com', role: 'ADMIN' });
    expect(call?.token).toBe(sent);
  });

  it.each([
    ['GET /reservations?customerId=shop', 200],
    [`POST /reservations/${RESERVATION_ID}/confirm`, 403],
    ['GET /auth/me', 403],
  ])('the log names the API client of %s, which is answered %d', async (target, status) => {
    const lines: object[] = [];
    const log = createLogger({
      component: 'gateway',
      level: 'info',
      format: 'json',
      destination: { write: (line: string) => lines.push(JSON.parse(line) as object) },
    });
    const list = async () => ({ reservations: [], nextPageToken: '' });
    await ask(target, { token: 'client' }, { log, reservation: { list } });
    expect(lines).toMatchObject([{ status, clientId: 'webshop', clientName: 'Web shop' }]);
  });

  it("a registration with an expired token is refused: it could be a guest's", async () => {
    const body = { email: 'a@example.com', password: 'long-enough' };
    const answer = await ask('POST /auth/register', { token: 'expired', body });
    expect(answer.json).toMatchObject({ status: 401, reason: 'TOKEN_EXPIRED' });
  });

  it('an anonymous caller is not told to authenticate when a service rejects the gateway itself', async () => {
    const refusal = new DomainError({
      kind: 'unauthenticated',
      reason: 'TOKEN_INVALID',
      message: 'The access token is not valid.',
      domain: 'catalog.flashreserve',
    });
    const answer = await ask(
      'GET /products',
      {},
      { catalog: { listProducts: () => Promise.reject(refusal) } },
    );
    expect(answer.json).toMatchObject({ status: 500, reason: 'INTERNAL' });
  });
});
