import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DomainError } from '@flashreserve/rpc';
import { send } from '../../testing/http-client';
import { startTestGateway } from '../../testing/start-test-gateway';

const PAGE = { accept: 'text/html,application/xhtml+xml' };
const COOKIE = { cookie: 'other=1; flashreserve_admin=admin' };

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('the queue dashboard', () => {
  const seen: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const worker = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    req.on('end', () => {
      seen.push({ url: req.url ?? '', headers: req.headers, body });
      if (req.url?.endsWith('/broken')) {
        res.writeHead(200, { 'content-length': '100' });
        res.write('half');
        setImmediate(() => res.destroy());
      } else {
        res.end('board');
      }
    });
  });
  let gateway: Awaited<ReturnType<typeof startTestGateway>>;

  beforeAll(async () => {
    gateway = await startTestGateway({ workerUrl: await listen(worker) });
  });
  afterAll(async () => {
    await gateway.stop();
    worker.closeAllConnections();
    worker.close();
  });
  beforeEach(() => {
    seen.length = 0;
  });

  it.each([
    ['a token', { authorization: 'Bearer admin' }],
    ['the cookie', COOKIE],
    // http-proxy skips its own hooks for requests with this header.
    ['an Expect header beside the cookie', { ...COOKIE, expect: '100-continue' }],
  ])(
    'the dashboard is open to administrators with %s, and the worker gets the gateway’s own token',
    async (_name, headers) => {
      const answer = await send(gateway.port, 'GET /admin/queues/api/queues?page=1', { headers });
      expect([answer.status, answer.text]).toEqual([200, 'board']);
      expect(seen).toHaveLength(1);
      expect(seen[0]?.url).toBe('/admin/queues/api/queues?page=1');
      expect(seen[0]?.headers.authorization).toBe('Bearer gateway');
      expect(seen[0]?.headers).not.toHaveProperty('cookie');
      expect(seen[0]?.headers['x-request-id']).toBe(answer.headers['x-request-id']);
    },
  );

  it('the worker gets request bodies unchanged', async () => {
    await send(gateway.port, 'PUT /admin/queues/api/retry', { headers: COOKIE, raw: 'anything' });
    expect(seen[0]?.body).toBe('anything');
  });

  it('a browser that is not signed in is redirected to the sign-in page; other clients get 401', async () => {
    for (const headers of [PAGE, { ...PAGE, cookie: 'flashreserve_admin=expired' }]) {
      const page = await send(gateway.port, 'GET /admin/queues', { headers });
      expect([page.status, page.headers.location]).toEqual([303, '/admin/sign-in']);
    }
    const program = await send(gateway.port, 'GET /admin/queues');
    expect(program.json).toMatchObject({ status: 401, reason: 'TOKEN_MISSING' });
    expect(seen).toEqual([]);
  });

  it('the dashboard is closed to customers', async () => {
    const answer = await send(gateway.port, 'GET /admin/queues', {
      token: 'customer',
      headers: PAGE,
    });
    expect(answer.json).toMatchObject({ status: 403, reason: 'ADMIN_REQUIRED' });
    expect(seen).toEqual([]);
  });

  it.each(['cross-site', 'same-site'])('writes caused by a %s page are rejected', async (site) => {
    const headers = { ...COOKIE, 'sec-fetch-site': site };
    const answer = await send(gateway.port, 'PUT /admin/queues/api/clean', { headers });
    expect(answer.json).toMatchObject({ status: 403, reason: 'CROSS_SITE_REQUEST' });
    expect(seen).toEqual([]);
  });

  it.each([
    ['another site', 'https://evil.example'],
    ['another port', 'http://127.0.0.1:1'],
    ['another scheme', 'evil://127.0.0.1'],
    ['a sandbox', 'null'],
    ['nonsense', 'x'],
  ])('writes whose Origin is %s are rejected', async (_whose, origin) => {
    const headers = { ...COOKIE, origin };
    for (const target of ['PUT /admin/queues/api/clean', 'DELETE /admin/session']) {
      const answer = await send(gateway.port, target, { headers });
      expect(answer.json).toMatchObject({ status: 403, reason: 'CROSS_SITE_REQUEST' });
    }
    expect(seen).toEqual([]);
  });

  it('writes of its own page are accepted, and the worker does not learn the origin', async () => {
    const page = { origin: `http://127.0.0.1:${gateway.port}`, 'sec-fetch-site': 'same-origin' };
    const headers = { ...COOKIE, ...page };
    const answer = await send(gateway.port, 'PUT /admin/queues/api/clean', { headers });
    expect(answer.status).toBe(200);
    expect(seen[0]?.headers).not.toHaveProperty('origin');
    expect(seen[0]?.headers).not.toHaveProperty('sec-fetch-site');
  });

  it('a foreign host name that resolves to the gateway is rejected', async () => {
    for (const target of ['GET /admin/queues/api/queues', 'POST /admin/session']) {
      const headers = { ...COOKIE, host: 'evil.example' };
      const answer = await send(gateway.port, target, { headers });
      expect(answer.json).toMatchObject({ status: 403, reason: 'HOST_NOT_ALLOWED' });
    }
    expect(seen).toEqual([]);
  });

  it('the host of PUBLIC_URL is accepted, also behind a proxy that rewrites Host', async () => {
    const publicUrl = 'https://shop.example';
    const published = await startTestGateway({ publicUrl });
    const origin = { ...COOKIE, origin: publicUrl };
    for (const host of ['shop.example', '10.0.0.7:3000']) {
      const answer = await send(published.port, 'DELETE /admin/session', {
        headers: { ...origin, host },
      });
      expect(answer.status).toBe(204);
    }
    await published.stop();
  });

  it('the response is aborted when the worker dies in the middle of it', async () => {
    await expect(
      send(gateway.port, 'GET /admin/queues/broken', { headers: COOKIE }),
    ).rejects.toThrow();
  });
});

describe('the queue dashboard without its worker', () => {
  it('the dashboard returns a 503 problem when the worker is down', async () => {
    const gateway = await startTestGateway({ workerUrl: 'http://127.0.0.1:9' });
    const answer = await send(gateway.port, 'GET /admin/queues', { headers: COOKIE });
    await gateway.stop();
    expect(answer.json).toMatchObject({ status: 503, reason: 'WORKER_UNAVAILABLE' });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['retry-after']).toBe('1');
  });
});

describe('signing in', () => {
  const tokens = (accessToken: string) => ({
    accessToken,
    expiresInSeconds: 900,
    refreshToken: 'refresh',
  });
  const credentials = { email: 'admin@example.com', password: 'long-enough' };

  const signIn = async (accessToken: string, headers = {}) => {
    const revoked: string[] = [];
    const gateway = await startTestGateway({
      auth: {
        login: async () => tokens(accessToken),
        revokeSession: async (refreshToken) => {
          revoked.push(refreshToken);
        },
      },
    });
    const answer = await send(gateway.port, 'POST /admin/session', { body: credentials, headers });
    await gateway.stop();
    return { answer, revoked };
  };

  it('signing in stores the access token in a cookie that scripts and other sites cannot use', async () => {
    const { answer, revoked } = await signIn('admin');
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toEqual([
      'flashreserve_admin=admin; Max-Age=900; Path=/admin; HttpOnly; Secure; SameSite=Strict',
    ]);
    // Ending the session would revoke the token in the cookie.
    expect(revoked).toEqual([]);
  });

  it('a customer who signs in gets no cookie, and the session is ended', async () => {
    const { answer, revoked } = await signIn('customer');
    expect(answer.json).toMatchObject({ status: 403, reason: 'ADMIN_REQUIRED' });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(revoked).toEqual(['refresh']);
  });

  it('signing in from a page of another site is rejected', async () => {
    const { answer } = await signIn('admin', { 'sec-fetch-site': 'cross-site' });
    expect(answer.json).toMatchObject({ status: 403, reason: 'CROSS_SITE_REQUEST' });
  });

  it('a customer is rejected even if the unused session cannot be ended', async () => {
    const gateway = await startTestGateway({
      auth: {
        login: async () => tokens('customer'),
        revokeSession: () =>
          Promise.reject(
            new DomainError({ kind: 'unavailable', reason: 'AUTH_UNAVAILABLE', message: 'Away.' }),
          ),
      },
    });
    const answer = await send(gateway.port, 'POST /admin/session', { body: credentials });
    await gateway.stop();
    expect(answer.json).toMatchObject({ status: 403, reason: 'ADMIN_REQUIRED' });
  });

  it('signing out clears the cookie', async () => {
    const gateway = await startTestGateway();
    const answer = await send(gateway.port, 'DELETE /admin/session', { headers: COOKIE });
    const form = await send(gateway.port, 'GET /admin/sign-in');
    const signedIn = await send(gateway.port, 'GET /admin/sign-in', { headers: COOKIE });
    await gateway.stop();
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^flashreserve_admin=; Max-Age=0;/);
    expect(form.text).toContain('id="sign-in"');
    expect(form.headers['content-security-policy']).toMatch(/script-src 'sha256-/);
    expect(signedIn.text).toContain('id="sign-out"');
  });
});
