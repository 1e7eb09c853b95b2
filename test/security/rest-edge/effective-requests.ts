import { randomUUID } from 'node:crypto';
import { PASSWORD, reservationOf } from '../../support/shop';
import { ADMIN_EMAIL } from '../../support/test-secrets';
import type { Caller } from './callers';
import type { EdgeWorld } from './world';

/** A request that changes or shows something if its caller is accepted. */
export interface EffectiveRequest {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
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

const register =
  (extra: object): Prepare =>
  async () => ({
    path: '/auth/register',
    body: { email: newEmail(), password: PASSWORD, ...extra },
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

const toProduct =
  (suffix: string, body?: Readonly<Record<string, unknown>>): Prepare =>
  async ({ productId }) => ({
    path: `/products/${productId}${suffix}`,
    ...(body !== undefined && { body }),
  });

/** Always refers to a reservation of the owner, whoever sends it. */
const toReservation =
  (prefix: string): Prepare =>
  async ({ shop, owner, productId }) => {
    const { reservationId } = reservationOf(await shop.reserve(owner, productId));
    return { path: `${prefix}/${reservationId}` };
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
  'GET /.well-known/jwks.json': at('/.well-known/jwks.json'),
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
  'POST /reservations': async ({ productId }) => ({
    path: '/reservations',
    body: { items: [{ productId, quantity: 1 }] },
  }),
  'POST /reservations/{id}': async ({ productId }) => ({
    path: `/reservations/${productId}`,
    body: { quantity: 1 },
  }),
  'POST /reservations/confirm/{reservationId}': toReservation('/reservations/confirm'),
  'POST /reservations/cancel/{reservationId}': toReservation('/reservations/cancel'),
  'GET /reservations': at('/reservations'),
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
