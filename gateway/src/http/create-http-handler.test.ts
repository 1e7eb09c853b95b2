import { Role, UserStatus } from '@flashreserve/contracts/auth';
import { DomainError, type UnaryCallOptions } from '@flashreserve/rpc';
import { ask } from '../testing/ask';
import { startTestGateway, USER_ID } from '../testing/start-test-gateway';

describe('every request', () => {
  it('a valid x-request-id is kept and forwarded to the services; an invalid one is replaced', async () => {
    let call: UnaryCallOptions | undefined;
    const auth = {
      getUser: async (_id: string, options: UnaryCallOptions) => {
        call = options;
        return {
          userId: USER_ID,
          email: 'a@example.com',
          name: 'A',
          role: Role.ROLE_CUSTOMER,
          status: UserStatus.USER_STATUS_ACTIVE,
        };
      },
    };
    const good = await ask(
      'GET /auth/me',
      { token: 'customer', headers: { 'x-request-id': 'abc-1' } },
      { auth },
    );
    expect([good.headers['x-request-id'], call?.requestId]).toEqual(['abc-1', 'abc-1']);
    expect(good.json).toEqual({ id: USER_ID, email: 'a@example.com', name: 'A', role: 'CUSTOMER' });
    for (const bad of ['a b', 'x'.repeat(129)]) {
      const answer = await ask('GET /healthz', { headers: { 'x-request-id': bad } });
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('a service call has a deadline and is cancelled when the client disconnects', async () => {
    let call: UnaryCallOptions | undefined;
    const cancelled = new Promise<void>((resolve) => {
      const auth = {
        getUser: (_id: string, options: UnaryCallOptions) => {
          call = options;
          return new Promise<never>((_resolve, reject) => {
            options.signal?.addEventListener('abort', () => {
              reject(
                new DomainError({
                  kind: 'cancelled',
                  reason: 'CLIENT_CLOSED_REQUEST',
                  message: 'Gone.',
                }),
              );
              resolve();
            });
            controller.abort();
          });
        },
      };
      const controller = new AbortController();
      void startTestGateway({ auth }).then(async (gateway) => {
        const url = `http://127.0.0.1:${gateway.port}/auth/me`;
        const headers = { authorization: 'Bearer customer' };
        await expect(fetch(url, { headers, signal: controller.signal })).rejects.toThrow();
        await gateway.stop();
      });
    });
    const before = Date.now();
    await cancelled;
    expect(call?.deadline.getTime()).toBeGreaterThan(before);
    expect(call?.deadline.getTime()).toBeLessThanOrEqual(Date.now() + 20_000);
  });

  it.each(['POST /reservations//cancel', 'POST //reservations'])(
    'a path with an empty segment is no route: %s',
    async (target) => {
      const answer = await ask(target, { token: 'customer' });
      expect(answer.json).toMatchObject({ status: 404, reason: 'ROUTE_NOT_FOUND' });
    },
  );

  it('every response has the security headers and does not reveal the server software', async () => {
    const { headers } = await ask('GET /healthz');
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('problem types are absolute if the public address is known', async () => {
    const answer = await ask('GET /nothing', {}, { publicUrl: 'https://shop.example' });
    expect(answer.json['type']).toBe('https://shop.example/errors#route-not-found');
  });
});
