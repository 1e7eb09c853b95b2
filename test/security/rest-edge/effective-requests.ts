import { randomUUID } from 'node:crypto';
import { fetchGuestToken } from '../../integration/security/rpc-callers';
import { createApiClient } from '../../support/api-clients';
import { eventually } from '../../support/eventually';
import { type Buyer, PASSWORD, reservationOf } from '../../support/shop';
import { ADMIN_EMAIL } from '../../support/test-secrets';
import type { Caller } from './callers';
import type { EdgeWorld } from './world';

/** A request that changes or shows something if its caller is accepted. */
export interface EffectiveRequest {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sent instead of the caller's own token. */
  readonly token?: string;
  /** Sent instead of a JSON body. */
  readonly form?: Readonly<Record<string, string>>;
}

/**
 * Creates a request for this caller and the resources it refers to, so that requests are
 * independent.
 */
export type Prepare = (world: EdgeWorld, caller: Caller) => Promise<EffectiveRequest>;

const at =
  (path: string): Prepare =>
  async () => ({ path });

const newEmail = (): string => `person-${randomUUID()}@example.test`;

/** A guest that registers is none afterwards, so each attempt needs another one. */
const register =
  (extra: object): Prepare =>
  async ({ stack }, caller) => ({
    path: '/auth/register',
    body: { email: newEmail(), password: PASSWORD, ...extra },
    ...(caller === 'guest' && { token: await fetchGuestToken(stack.grpc.auth) }),
  });

const withRefreshToken =
  (path: string): Prepare =>
  async ({ shop, owner }) => {
    const { refreshToken } = await shop.login(owner.email, PASSWORD);
    return { path, body: { refreshToken } };
  };

/** Every user may change its own password; other callers try the owner's. */
const changePassword: Prepare = async ({ stack }, caller) => {
  const password = caller === 'admin' ? (stack.env['ADMIN_PASSWORD'] ?? '') : PASSWORD;
  return { path: '/auth/password', body: { currentPassword: password, newPassword: password } };
};

/** A customer tries to become an administrator. */
const setUserRole: Prepare = async ({ shop, owner }, caller) => {
  const { userId } = caller === 'admin' ? await shop.newBuyer() : owner;
  return { path: `/auth/users/${userId}/role`, body: { role: 'ADMIN' } };
};

/** A user of its own, as an administrator would end it. */
const toUser =
  (suffix: string): Prepare =>
  async ({ shop }) => ({ path: `/users/${(await shop.newBuyer()).userId}${suffix}` });

const toProduct =
  (suffix: string, body?: Readonly<Record<string, unknown>>): Prepare =>
  async ({ productId }) => ({
    path: `/products/${productId}${suffix}`,
    ...(body !== undefined && { body }),
  });

/** An API client of its own, without a token yet. */
const newClientOf = ({ stack, tokens }: EdgeWorld) =>
  createApiClient(stack.grpc.auth, {
    adminToken: tokens.admin ?? '',
    scopes: ['reservations:read'],
  });

/** An API client names the customer; users may not. */
const actingFor = ({ userId }: Buyer, caller: Caller): object =>
  caller === 'client' ? { customerId: userId } : {};

/** Always refers to a reservation of the owner, whoever sends it. */
const toReservation =
  (prefix: string, action = '', body?: Readonly<Record<string, unknown>>): Prepare =>
  async ({ shop, owner, productId }) => {
    const { reservationId } = reservationOf(await shop.reserve(owner, productId));
    return { path: `${prefix}/${reservationId}${action}`, ...(body !== undefined && { body }) };
  };

const EXPIRY_MS = 10_000;
const expiredIds = new WeakMap<EdgeWorld, Promise<string>>();

/** Waits until its units are back, so that nothing changes by itself afterwards. */
const makeExpired = async ({ shop, owner, tokens }: EdgeWorld): Promise<string> => {
  const productId = await shop.newProduct(1);
  const made = await shop.rest('POST', `/reservations/${productId}`, {
    ...(tokens.client !== undefined && { token: tokens.client }),
    body: { customerId: owner.userId, holdSeconds: 1 },
  });
  const { reservationId } = reservationOf(made);
  await eventually(async () => {
    const { body } = await shop.getReservation(owner, reservationId);
    expect(body).toMatchObject({ status: 'EXPIRED' });
    expect(await shop.stockOf(productId)).toMatchObject({ available: 1 });
  }, EXPIRY_MS);
  return reservationId;
};

const toExpired =
  (prefix: string, action = ''): Prepare =>
  async (world, caller) => {
    if (caller !== 'nobody') return { path: `${prefix}/${await makeExpired(world)}${action}` };
    // Nobody revives it, so one serves all tests of refusals.
    const made = expiredIds.get(world) ?? makeExpired(world);
    expiredIds.set(world, made);
    return { path: `${prefix}/${await made}${action}` };
  };

/** Returns what the owner has bought, once that is settled, so that nothing changes by itself. */
const toReturn =
  (prefix: string, action = ''): Prepare =>
  async ({ shop, owner }) => {
    const productId = await shop.newProduct(1);
    const { reservationId } = reservationOf(await shop.reserve(owner, productId));
    expect((await shop.confirm(owner, reservationId)).status).toBe(200);
    await shop.expectStock(productId, { available: 0, held: 0, sold: 1 });
    return { path: `${prefix}/${reservationId}${action}`, body: { reason: 'Sent back' } };
  };

/** A request for each row of the access table. */
export const EFFECTIVE_REQUESTS: Readonly<Record<string, Prepare>> = {
  'POST /auth/register': register({}),
  'POST /auth/register (as ADMIN)': register({ role: 'ADMIN' }),
  'POST /auth/login': async ({ owner: { email } }) => ({
    path: '/auth/login',
    body: { email, password: PASSWORD },
  }),
  'POST /auth/refresh': withRefreshToken('/auth/refresh'),
  'POST /auth/logout': withRefreshToken('/auth/logout'),
  'POST /auth/password': changePassword,
  'GET /auth/me': at('/auth/me'),
  'PUT /auth/users/{userId}/role': setUserRole,
  'POST /auth/password-reset': async ({ owner: { email } }) => ({
    path: '/auth/password-reset',
    body: { email },
  }),
  'POST /auth/password-reset/confirm': async ({ shop }) => {
    const { userId } = await shop.newBuyer();
    const made = await shop.rest('POST', `/users/${userId}/password-reset-link`, {
      token: await shop.adminToken(),
    });
    const { link } = made.body as { readonly link: string };
    return {
      path: '/auth/password-reset/confirm',
      body: { token: link.split('#')[1], newPassword: PASSWORD },
    };
  },
  'POST /auth/email': async () => ({
    path: '/auth/email',
    body: { newEmail: newEmail(), password: PASSWORD },
  }),
  'POST /auth/email/confirm': async () => ({
    path: '/auth/email/confirm',
    body: { token: 'x'.repeat(43) },
  }),
  'DELETE /auth/account': async ({ stack }, caller) => ({
    path: '/auth/account',
    body: { password: `not ${PASSWORD}` },
    ...(caller === 'guest' && { token: await fetchGuestToken(stack.grpc.auth) }),
  }),
  'GET /users': at('/users'),
  'GET /users/{userId}': toUser(''),
  'DELETE /users/{userId}': toUser(''),
  'POST /users/{userId}/disable': toUser('/disable'),
  'POST /users/{userId}/enable': async ({ shop }) => {
    const { userId } = await shop.newBuyer();
    await shop.rest('POST', `/users/${userId}/disable`, { token: await shop.adminToken() });
    return { path: `/users/${userId}/enable` };
  },
  'POST /users/{userId}/password-reset-link': toUser('/password-reset-link'),
  'POST /users/{userId}/email-change-link': async ({ shop }) => ({
    path: `/users/${(await shop.newBuyer()).userId}/email-change-link`,
    body: { newEmail: newEmail() },
  }),
  'GET /account/password': at('/account/password'),
  'GET /account/email': at('/account/email'),
  'GET /.well-known/jwks.json': at('/.well-known/jwks.json'),
  'POST /auth/guest': at('/auth/guest'),
  'POST /api-clients': async () => ({
    path: '/api-clients',
    body: { name: 'Another shop', scopes: ['reservations:read'] },
  }),
  'GET /api-clients': at('/api-clients'),
  'POST /api-clients/{clientId}/rotate-secret': async (world) => ({
    path: `/api-clients/${(await newClientOf(world)).clientId}/rotate-secret`,
  }),
  'DELETE /api-clients/{clientId}': async (world) => ({
    path: `/api-clients/${(await newClientOf(world)).clientId}`,
  }),
  'POST /oauth/token': async (world) => {
    const { clientId, clientSecret } = await newClientOf(world);
    return {
      path: '/oauth/token',
      form: {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      },
    };
  },
  'GET /.well-known/oauth-authorization-server': at('/.well-known/oauth-authorization-server'),
  'POST /products': async () => ({
    path: '/products',
    body: { name: 'Ticket', price: 1, stockQuantity: 1 },
  }),
  'GET /products': at('/products'),
  'GET /products/stream': at('/products/stream'),
  'GET /products/{productId}': toProduct(''),
  'PATCH /products/{productId}': toProduct('', { price: 0.01 }),
  'POST /products/{productId}/stock-adjustments': toProduct('/stock-adjustments', {
    delta: -1,
    reason: 'Lost',
  }),
  'POST /reservations': async ({ productId, owner }, caller) => ({
    path: '/reservations',
    body: { items: [{ productId, quantity: 1 }], ...actingFor(owner, caller) },
  }),
  'POST /reservations/{id}': async ({ productId, owner }, caller) => ({
    path: `/reservations/${productId}`,
    body: { quantity: 1, ...actingFor(owner, caller) },
  }),
  'POST /reservations/confirm/{reservationId}': toReservation('/reservations/confirm'),
  'POST /reservations/{reservationId}/confirm': toReservation('/reservations', '/confirm'),
  'POST /reservations/cancel/{reservationId}': toReservation('/reservations/cancel'),
  'POST /reservations/{reservationId}/cancel': toReservation('/reservations', '/cancel'),
  'POST /reservations/extend/{reservationId}': toReservation('/reservations/extend', '', {
    seconds: 1,
  }),
  'POST /reservations/{reservationId}/extend': toReservation('/reservations', '/extend', {
    seconds: 1,
  }),
  'POST /reservations/revive/{reservationId}': toExpired('/reservations/revive'),
  'POST /reservations/{reservationId}/revive': toExpired('/reservations', '/revive'),
  'POST /reservations/return/{reservationId}': toReturn('/reservations/return'),
  'POST /reservations/{reservationId}/return': toReturn('/reservations', '/return'),
  'GET /reservations': async ({ owner }, caller) => ({
    path: caller === 'client' ? `/reservations?customerId=${owner.userId}` : '/reservations',
  }),
  'GET /reservations/{id}': toReservation('/reservations'),
  'GET /admin/sign-in': at('/admin/sign-in'),
  'POST /admin/session': async ({ stack }) => ({
    path: '/admin/session',
    body: { email: ADMIN_EMAIL, password: stack.env['ADMIN_PASSWORD'] ?? '' },
  }),
  'DELETE /admin/session': at('/admin/session'),
  'GET /admin/queues': at('/admin/queues'),
  'GET /': at('/'),
  'GET /api-docs': at('/api-docs'),
  'GET /openapi.json': at('/openapi.json'),
  'GET /errors': at('/errors'),
  'GET /live': at('/live'),
  'GET /live/pulse': at('/live/pulse'),
  'GET /healthz': at('/healthz'),
  'GET /readyz': at('/readyz'),
};

/** The request of a row. */
export const prepare = (
  world: EdgeWorld,
  row: string,
  caller: Caller,
): Promise<EffectiveRequest> => {
  const make = EFFECTIVE_REQUESTS[row];
  if (make === undefined) throw new Error(`There is no request for ${row}.`);
  return make(world, caller);
};
