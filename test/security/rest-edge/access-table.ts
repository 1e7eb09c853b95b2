import type { Scope } from '@flashreserve/contracts';
import { CALLERS, type Caller } from './callers';

/** The result for each caller: the status, with the reason of a refusal. */
export type Row = Readonly<Record<Caller, string>>;

const DOOR = {
  nobody: '401 TOKEN_MISSING',
  garbage: '401 TOKEN_INVALID',
  expired: '401 TOKEN_EXPIRED',
  revoked: '401 API_KEY_INVALID',
} as const;

const anybody = (status: string): Row =>
  Object.fromEntries(CALLERS.map((caller) => [caller, status])) as Record<Caller, string>;

const users = (status: string): Row => ({
  ...DOOR,
  owner: status,
  stranger: status,
  admin: status,
  foreign: status,
  service: '403 PERMISSION_DENIED',
  component: '403 PERMISSION_DENIED',
  client: '403 PERMISSION_DENIED',
  guest: status,
});

/** Users, and API clients that act for one. */
const customers = (status: string): Row => ({ ...users(status), client: status });

/**
 * The owner, and API clients. Not even administrators: to every other caller the resource does not
 * exist.
 */
const owner = (status: string): Row => ({
  ...customers(status),
  stranger: '404 RESERVATION_NOT_FOUND',
  admin: '404 RESERVATION_NOT_FOUND',
  guest: '404 RESERVATION_NOT_FOUND',
  foreign: '404 RESERVATION_NOT_FOUND',
});

const admins = (status: string): Row => ({
  ...anybody('403 ADMIN_REQUIRED'),
  ...DOOR,
  admin: status,
});

/** Administrators, and API clients that manage products. */
const managers = (status: string): Row => ({ ...admins(status), client: status });

/**
 * The expected result of every caller for every operation of the OpenAPI document, derived from the
 * contract and not from the route table, so that a route that admits a wrong caller differs from
 * it. A suffix in brackets marks another request to the same operation.
 */
export const ACCESS_TABLE: Readonly<Record<string, Row>> = {
  'POST /auth/register': { ...anybody('201'), expired: DOOR.expired },
  'POST /auth/register (as ADMIN)': {
    ...anybody('403 ADMIN_REQUIRED'),
    expired: DOOR.expired,
    admin: '201',
  },
  'POST /auth/guest': anybody('201'),
  'POST /auth/login': anybody('200'),
  'POST /auth/refresh': anybody('200'),
  'POST /auth/logout': anybody('204'),
  // An outside issuer keeps the passwords of its users.
  'POST /auth/password': {
    ...users('204'),
    guest: '403 PERMISSION_DENIED',
    foreign: '403 PERMISSION_DENIED',
  },
  'GET /auth/me': users('200'),
  'PUT /auth/users/{userId}/role': admins('200'),
  'POST /auth/password-reset': anybody('202'),
  'POST /auth/password-reset/confirm': anybody('204'),
  // The stack of the tests has no SMTP server.
  'POST /auth/email': {
    ...users('409 MAIL_NOT_CONFIGURED'),
    admin: '403 WRONG_PASSWORD',
    guest: '403 PERMISSION_DENIED',
    foreign: '403 PERMISSION_DENIED',
  },
  'POST /auth/email/confirm': anybody('400 LINK_INVALID'),
  // The callers are needed again. A guest has no password.
  'DELETE /auth/account': {
    ...users('403 WRONG_PASSWORD'),
    guest: '204',
    foreign: '403 PERMISSION_DENIED',
  },
  'GET /users': admins('200'),
  'GET /users/{userId}': admins('200'),
  'DELETE /users/{userId}': admins('204'),
  'POST /users/{userId}/disable': admins('200'),
  'POST /users/{userId}/enable': admins('200'),
  'POST /users/{userId}/password-reset-link': admins('201'),
  'POST /users/{userId}/email-change-link': admins('201'),
  'GET /account/password': anybody('200'),
  'GET /account/email': anybody('200'),
  'GET /.well-known/jwks.json': anybody('200'),
  'POST /api-clients': admins('201'),
  'GET /api-clients': admins('200'),
  'POST /api-clients/{clientId}/rotate-secret': admins('200'),
  'DELETE /api-clients/{clientId}': admins('204'),
  // The credentials are in the form, so a second one in the header is refused.
  'POST /oauth/token': { ...anybody('400'), nobody: '200' },
  'GET /.well-known/oauth-authorization-server': anybody('200'),
  'POST /products': managers('201'),
  'GET /products': anybody('200'),
  'GET /products/stream': anybody('200'),
  'GET /products/{productId}': anybody('200'),
  'PATCH /products/{productId}': managers('200'),
  'POST /products/{productId}/stock-adjustments': managers('201'),
  'POST /reservations': customers('201'),
  'POST /reservations/{id}': customers('201'),
  'POST /reservations/confirm/{reservationId}': owner('200'),
  'POST /reservations/{reservationId}/confirm': owner('200'),
  'POST /reservations/cancel/{reservationId}': owner('200'),
  'POST /reservations/{reservationId}/cancel': owner('200'),
  'POST /reservations/extend/{reservationId}': managers('200'),
  'POST /reservations/{reservationId}/extend': managers('200'),
  'POST /reservations/revive/{reservationId}': managers('200'),
  'POST /reservations/{reservationId}/revive': managers('200'),
  'POST /reservations/return/{reservationId}': managers('200'),
  'POST /reservations/{reservationId}/return': managers('200'),
  'GET /reservations': customers('200'),
  'GET /reservations/{id}': owner('200'),
  'GET /admin/sign-in': anybody('200'),
  'POST /admin/session': anybody('204'),
  'DELETE /admin/session': anybody('204'),
  'GET /admin/queues': admins('200'),
  'GET /': anybody('303'),
  'GET /api-docs': anybody('200'),
  'GET /openapi.json': anybody('200'),
  'GET /errors': anybody('200'),
  'GET /live': anybody('200'),
  'GET /live/pulse': anybody('200'),
  'GET /healthz': anybody('200'),
  'GET /readyz': anybody('200'),
};

/**
 * The scope that an API client needs for each operation that admits API clients. With any other
 * scope it is refused with SCOPE_REQUIRED.
 */
export const SCOPE_TABLE: Readonly<Record<string, Scope>> = {
  'POST /reservations/extend/{reservationId}': 'reservations:write',
  'POST /reservations/{reservationId}/extend': 'reservations:write',
  'POST /reservations/revive/{reservationId}': 'reservations:confirm',
  'POST /reservations/{reservationId}/revive': 'reservations:confirm',
  'POST /reservations/return/{reservationId}': 'reservations:write',
  'POST /reservations/{reservationId}/return': 'reservations:write',
  'POST /products': 'products:write',
  'PATCH /products/{productId}': 'products:write',
  'POST /products/{productId}/stock-adjustments': 'products:write',
  'POST /reservations': 'reservations:write',
  'POST /reservations/{id}': 'reservations:write',
  'POST /reservations/confirm/{reservationId}': 'reservations:confirm',
  'POST /reservations/{reservationId}/confirm': 'reservations:confirm',
  'POST /reservations/cancel/{reservationId}': 'reservations:write',
  'POST /reservations/{reservationId}/cancel': 'reservations:write',
  'GET /reservations': 'reservations:read',
  'GET /reservations/{id}': 'reservations:read',
};

/** The operation of a row: `GET /products`. */
export const operationOf = (row: string): string => row.replace(/ \(.*\)$/, '');

export const isIn = (verdict: string): boolean => !/^[45]/.test(verdict);

/** Whether a caller gets as far as the rules behind the access rule. */
export const isAdmitted = (verdict: string): boolean =>
  isIn(verdict) || /LINK_INVALID|MAIL_NOT_CONFIGURED|WRONG_PASSWORD/.test(verdict);

/** The caller with the fewest rights that the operation accepts. */
export const leastCaller = (row: Row): Caller => {
  const found = (['nobody', 'owner', 'admin'] as const).find((caller) => isAdmitted(row[caller]));
  if (found === undefined) throw new Error('Nobody is let in.');
  return found;
};
