import { ERROR_REASONS, type ErrorReason, RPC_REASONS } from '@flashreserve/contracts/errors';
import type { ServiceName } from '../../grpc/service-error';
import { isSubtree, type TableEntry } from '../route';

/** Reasons caused by a service that is down, overloaded or slow. */
const REASONS_BY_SERVICE: Readonly<Record<ServiceName, readonly ErrorReason[]>> = {
  auth: ['AUTH_UNAVAILABLE', 'STORE_UNAVAILABLE', 'DEADLINE_EXCEEDED'],
  catalog: [
    'CATALOG_UNAVAILABLE',
    'AUTH_UNAVAILABLE',
    'STORE_UNAVAILABLE',
    'CLOCK_SKEW',
    'OVERLOADED',
    'DEADLINE_EXCEEDED',
  ],
  reservation: [
    'RESERVATION_UNAVAILABLE',
    'CATALOG_UNAVAILABLE',
    'AUTH_UNAVAILABLE',
    'STORE_UNAVAILABLE',
    'CLOCK_SKEW',
    'OVERLOADED',
    'DEADLINE_EXCEEDED',
  ],
};

const TOKEN_REASONS: readonly ErrorReason[] = [
  'TOKEN_MISSING',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
  'API_KEY_INVALID',
  'AUTH_UNAVAILABLE',
  // Of an API key, which is exchanged first, even where only users are admitted.
  'LOGIN_LIMITED',
];

const reasonsOfAccess = ({ access }: TableEntry): readonly ErrorReason[] => {
  switch (access) {
    case 'public':
      return [];
    case 'optional-user':
      return ['TOKEN_EXPIRED', 'AUTH_UNAVAILABLE'];
    case 'user':
      return [...TOKEN_REASONS, 'PERMISSION_DENIED'];
    case 'customer':
      return [...TOKEN_REASONS, 'PERMISSION_DENIED', 'SCOPE_REQUIRED'];
    case 'admin':
      return [...TOKEN_REASONS, 'ADMIN_REQUIRED'];
    case 'manager':
      return [...TOKEN_REASONS, 'ADMIN_REQUIRED', 'PERMISSION_DENIED', 'SCOPE_REQUIRED'];
  }
};

/** Reasons that occur before routing. */
const REASONS_OF_HTTP: readonly ErrorReason[] = [
  'INVALID_REQUEST',
  'HEADERS_TOO_LARGE',
  'REQUEST_TIMEOUT',
];

const reasonsOfInput = (entry: TableEntry): readonly ErrorReason[] => {
  if (isSubtree(entry)) return REASONS_OF_HTTP;
  const body: readonly ErrorReason[] =
    entry.method === 'get' ? [] : ['BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
  return [...REASONS_OF_HTTP, ...body];
};

/**
 * All reasons that an entry of the table can return, in the order of the catalogue. Reasons that
 * exist in gRPC only are left out.
 */
export const reasonsOf = (entry: TableEntry): readonly ErrorReason[] => {
  const reasons = new Set<string>([
    ...reasonsOfAccess(entry),
    ...reasonsOfInput(entry),
    ...entry.services.flatMap((service) => REASONS_BY_SERVICE[service]),
    ...(entry.sameSiteOnly ? (['CROSS_SITE_REQUEST', 'HOST_NOT_ALLOWED'] as const) : []),
    ...(entry.rpcs ?? []).flatMap((rpc) => RPC_REASONS[rpc]),
    ...entry.errors,
    'INTERNAL',
  ]);
  return ERROR_REASONS.filter((reason) => reasons.has(reason));
};
