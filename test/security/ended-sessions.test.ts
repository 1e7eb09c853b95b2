import { CatalogServiceClient, type UpdateProductRequest } from '@flashreserve/contracts/catalog';
import { createClient } from '@flashreserve/rpc';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { callPatiently } from '../support/patient-calls';
import { createShop, PASSWORD, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';
import { verdictOf } from './rest-edge/world';

// Goal: after a role change, a log-out or a sign-out the old access token writes nothing more,
// through the gateway or directly. Method: all components with their real wiring, two gateways and
// two catalogs; tokens live for 900 s.

/** The guaranteed 5 s, plus slack for a busy machine. */
const WITHIN_MS = 15_000;

let stack: InProcessStack;
let shop: Shop;
let catalog: CatalogServiceClient;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix(), instances: 2 });
  shop = createShop(stack.urls[0], stack.env);
  catalog = createClient(CatalogServiceClient, stack.grpc.catalog, {
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    idempotentMethods: [],
  });
});
afterAll(async () => {
  catalog.close();
  await stack.stop();
});

const changeDirectly = (productId: string, token: string) => {
  const request: UpdateProductRequest = {
    productId,
    name: 'Changed past the gateway',
    description: '',
    updateMask: ['name'],
  };
  const deadline = new Date(Date.now() + 10_000);
  return callPatiently(catalog, 'updateProduct', request, { token, deadline });
};

it('a demoted administrator is refused everywhere within 5 s, also by catalog directly', async () => {
  const adminToken = await shop.adminToken();
  const buyer = await shop.newBuyer();
  const productId = await shop.newProduct(5);
  const setRole = (role: string) =>
    shop.rest('PUT', `/auth/users/${buyer.userId}/role`, { token: adminToken, body: { role } });
  expect((await setRole('ADMIN')).status).toBe(200);
  const { accessToken: token } = await shop.login(buyer.email, PASSWORD);
  const path = `/products/${productId}`;
  const change = () => shop.rest('PATCH', path, { token, body: { name: 'Changed' } });
  expect((await change()).status).toBe(200);
  await changeDirectly(productId, token);

  expect((await setRole('CUSTOMER')).status).toBe(200);

  await eventually(async () => {
    expect(verdictOf(await change())).toBe('401 TOKEN_REVOKED');
    await expect(changeDirectly(productId, token)).rejects.toMatchObject({
      reason: 'TOKEN_REVOKED',
    });
  }, WITHIN_MS);
});

it('a logged-out buyer cannot reserve after 5 s', async () => {
  const productId = await shop.newProduct(100);
  const { token, refreshToken } = await shop.newBuyer();
  const reserve = () => shop.rest('POST', `/reservations/${productId}`, { token });
  expect((await reserve()).status).toBe(201);

  await shop.rest('POST', '/auth/logout', { body: { refreshToken } });

  await eventually(async () => {
    expect(verdictOf(await reserve())).toBe('401 TOKEN_REVOKED');
  }, WITHIN_MS);
});

it('a copy of the cookie of a signed-out administrator is refused by every gateway after 5 s', async () => {
  const credentials = {
    email: stack.env['ADMIN_EMAIL'] ?? '',
    password: stack.env['ADMIN_PASSWORD'] ?? '',
  };
  const signIn = async (): Promise<string> => {
    const { status, headers } = await shop.rest('POST', '/admin/session', { body: credentials });
    expect(status).toBe(204);
    return headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const [copied, other] = [await signIn(), await signIn()];
  const token = copied.slice(copied.indexOf('=') + 1);
  const look = async (url: string, cookie: string) => {
    const options = { headers: { cookie }, redirect: 'manual' } as const;
    return (await fetch(`${url}/admin/sign-in`, options)).text();
  };
  const productId = await shop.newProduct(5);
  for (const url of stack.urls) expect(await look(url, copied)).toContain('id="sign-out"');
  await changeDirectly(productId, token);

  const signOut = () => shop.rest('DELETE', '/admin/session', { headers: { cookie: copied } });
  expect((await signOut()).status).toBe(204);

  await eventually(async () => {
    for (const url of stack.urls) expect(await look(url, copied)).toContain('id="sign-in"');
    await expect(changeDirectly(productId, token)).rejects.toMatchObject({
      reason: 'TOKEN_REVOKED',
    });
  }, WITHIN_MS);
  // Signing out again succeeds, and other sessions of the same administrator continue.
  expect((await signOut()).status).toBe(204);
  for (const url of stack.urls) expect(await look(url, other)).toContain('id="sign-out"');
});
