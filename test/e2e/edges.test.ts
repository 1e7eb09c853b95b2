import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reasonOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
});

afterAll(async () => {
  await stack.stop();
});

describe('the gateway', () => {
  it('the gateway reports that it is alive and ready', async () => {
    const answers = [await shop.rest('GET', '/healthz'), await shop.rest('GET', '/readyz')];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  // OpenAPI identifies a path by its structure, so parameter names do not distinguish paths.
  it('the OpenAPI 3.1 document has every route of the contract', async () => {
    const { body } = await shop.rest('GET', '/openapi.json');
    const document = body as { openapi: string; paths: Record<string, Record<string, unknown>> };

    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`,
      ),
    );
    expect(document.openapi).toMatch(/^3\.1/);
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /auth/register',
        'POST /auth/login',
        'POST /auth/refresh',
        'POST /auth/logout',
        'POST /auth/password',
        'GET /auth/me',
        'PUT /auth/users/{}/role',
        'GET /.well-known/jwks.json',
        'POST /products',
        'GET /products',
        'GET /products/{}',
        'PATCH /products/{}',
        'POST /products/{}/stock-adjustments',
        'POST /reservations/{}',
        'POST /reservations',
        'POST /reservations/confirm/{}',
        'POST /reservations/{}/confirm',
        'POST /reservations/cancel/{}',
        'POST /reservations/{}/cancel',
        'GET /reservations',
        'GET /reservations/{}',
        'GET /healthz',
        'GET /readyz',
      ]),
    );
  });

  it('the gateway serves Swagger UI', async () => {
    const page = await fetch(`${stack.urls[0]}/api-docs/`);

    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger-ui');
  });

  it('a file request with an unmatched If-Match gets a problem', async () => {
    const response = await shop.rest('GET', '/api-docs/swagger-ui.css', {
      headers: { 'if-match': '"something else"' },
    });

    expect([response.status, reasonOf(response)]).toEqual([400, 'INVALID_REQUEST']);
    expect(response.body).toMatchObject({ errors: [{ pointer: '/headers/if-match' }] });
  });

  it('a file is sent completely even if a range is requested', async () => {
    const whole = await shop.rest('GET', '/api-docs/swagger-ui.css');
    const asked = await shop.rest('GET', '/api-docs/swagger-ui.css', {
      headers: { range: 'bytes=99999999-' },
    });

    expect(asked.status).toBe(200);
    expect(asked.body).toEqual(whole.body);
  });

  it('responses do not reveal the server software and have the security headers', async () => {
    const { headers } = await shop.rest('GET', '/products');

    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('content-security-policy')).not.toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('the queue dashboard', () => {
  it('only administrators can see the queue dashboard', async () => {
    const asNobody = await shop.rest('GET', '/admin/queues');
    const asBuyer = await shop.rest('GET', '/admin/queues', { token: buyer.token });
    const asAdmin = await shop.rest('GET', '/admin/queues', { token: await shop.adminToken() });
    const queues = await shop.rest('GET', '/admin/queues/api/queues', {
      token: await shop.adminToken(),
    });

    expect([asNobody.status, reasonOf(asNobody)]).toEqual([401, 'TOKEN_MISSING']);
    expect([asBuyer.status, reasonOf(asBuyer)]).toEqual([403, 'ADMIN_REQUIRED']);
    expect(asAdmin.status).toBe(200);
    expect(String(asAdmin.body)).toContain('<html');
    expect(JSON.stringify(queues.body)).toContain('expiry');
  });
});
