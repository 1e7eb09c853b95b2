import { CALLERS, type Caller } from './callers';

/** The result for each caller: the status, with the reason of a refusal. */
export type Row = Readonly<Record<Caller, string>>;

const DOOR = {
  nobody: '401 TOKEN_MISSING',
  garbage: '401 TOKEN_INVALID',
  expired: '401 TOKEN_EXPIRED',
} as const;

const anybody = (status: string): Row =>
  Object.fromEntries(CALLERS.map((caller) => [caller, status])) as Record<Caller, string>;

const users = (status: string): Row => ({
  ...DOOR,
  owner: status,
  stranger: status,
  admin: status,
  service: '403 PERMISSION_DENIED',
  component: '403 PERMISSION_DENIED',
});

/** Not even administrators: to every other caller the resource does not exist. */
const owner = (status: string): Row => ({
  ...users(status),
  stranger: '404 RESERVATION_NOT_FOUND',
  admin: '404 RESERVATION_NOT_FOUND',
});

const admins = (status: string): Row => ({
  ...anybody('403 ADMIN_REQUIRED'),
  ...DOOR,
  admin: status,
});

/**
 * The expected result of every caller for every operation of the OpenAPI document, derived from the
 * contract and not from the route table, so that a route that admits a wrong caller differs from
 * it. A suffix in brackets marks another request to the same operation.
 */
export const ACCESS_TABLE: Readonly<Record<string, Row>> = {
  'POST /auth/register': anybody('201'),
  'POST /auth/register (as ADMIN)': { ...anybody('403 ADMIN_REQUIRED'), admin: '201' },
  'POST /auth/login': anybody('200'),
  'POST /auth/refresh': anybody('200'),
  'POST /auth/logout': anybody('204'),
  'POST /auth/password': users('204'),
  'GET /auth/me': users('200'),
  'PUT /auth/users/{userId}/role': admins('200'),
  'GET /.well-known/jwks.json': anybody('200'),
  'POST /products': admins('201'),
  'GET /products': anybody('200'),
  'GET /products/stream': anybody('200'),
  'GET /products/{productId}': anybody('200'),
  'PATCH /products/{productId}': admins('200'),
  'POST /products/{productId}/stock-adjustments': admins('201'),
  'POST /reservations': users('201'),
  'POST /reservations/{id}': users('201'),
  'POST /reservations/confirm/{reservationId}': owner('200'),
  'POST /reservations/cancel/{reservationId}': owner('200'),
  'GET /reservations': users('200'),
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

/** The operation of a row: `GET /products`. */
export const operationOf = (row: string): string => row.replace(/ \(.*\)$/, '');

export const isIn = (verdict: string): boolean => !/^[45]/.test(verdict);

/** The caller with the fewest rights that the operation accepts. */
export const leastCaller = (row: Row): Caller => {
  const found = (['nobody', 'owner', 'admin'] as const).find((caller) => isIn(row[caller]));
  if (found === undefined) throw new Error('Nobody is let in.');
  return found;
};
