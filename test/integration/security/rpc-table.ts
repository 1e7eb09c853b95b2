import type { Caller } from './rpc-callers';

/** The reason of a refusal, which implies the status. */
export type Refusal =
  | 'TOKEN_MISSING'
  | 'TOKEN_EXPIRED'
  | 'ADMIN_REQUIRED'
  | 'SERVICE_REQUIRED'
  | 'SERVICE_NOT_ALLOWED'
  | 'PERMISSION_DENIED';

export type Row = Readonly<Record<Caller, 'in' | Refusal>>;

const NOBODY = { anonymous: 'TOKEN_MISSING', expired: 'TOKEN_EXPIRED' } as const;

const forServices = (answer: 'in' | Refusal) => ({
  catalog: answer,
  reservation: answer,
  'expiry-worker': answer,
  gateway: answer,
  'dev-service': answer,
});

/** RPCs with their own credentials. An invalid token is refused nevertheless. */
const OPEN: Row = {
  anonymous: 'in',
  guest: 'in',
  customer: 'in',
  admin: 'in',
  client: 'in',
  ...forServices('in'),
  expired: 'TOKEN_EXPIRED',
};
const KNOWN: Row = {
  ...NOBODY,
  guest: 'in',
  customer: 'in',
  admin: 'in',
  client: 'PERMISSION_DENIED',
  ...forServices('in'),
};
/** Also API clients, which act for customers. */
const CUSTOMERS: Row = { ...KNOWN, client: 'in' };
const USERS: Row = { ...KNOWN, ...forServices('PERMISSION_DENIED') };
const ADMINS: Row = {
  ...NOBODY,
  guest: 'ADMIN_REQUIRED',
  customer: 'ADMIN_REQUIRED',
  admin: 'in',
  client: 'ADMIN_REQUIRED',
  ...forServices('ADMIN_REQUIRED'),
};
/** Also API clients, which manage products. */
const MANAGERS: Row = { ...ADMINS, client: 'in' };
const ADMINS_AND_SERVICES: Row = { ...ADMINS, ...forServices('in') };
const INTERNAL: Row = {
  ...NOBODY,
  guest: 'SERVICE_REQUIRED',
  customer: 'SERVICE_REQUIRED',
  admin: 'SERVICE_REQUIRED',
  client: 'SERVICE_REQUIRED',
  ...forServices('SERVICE_NOT_ALLOWED'),
};

/**
 * The callers of each RPC, derived from the contract (proto files, README) and not from the
 * services' own rules, so that a rule that admits a wrong caller differs from it.
 */
export const TABLE: Readonly<Record<string, Row>> = {
  'auth.register': OPEN,
  'auth.login': OPEN,
  'auth.refreshSession': OPEN,
  'auth.revokeSession': OPEN,
  'auth.createGuest': OPEN,
  'auth.issueServiceToken': OPEN,
  'auth.issueClientToken': OPEN,
  'auth.getJwks': OPEN,
  'auth.listRevokedSessions': { ...INTERNAL, ...forServices('in') },
  'auth.listTrustedIssuers': { ...INTERNAL, ...forServices('in') },
  'auth.getUser': USERS,
  'auth.setUserRole': ADMINS,
  'auth.changePassword': USERS,
  'auth.endSession': USERS,
  'auth.requestPasswordReset': OPEN,
  'auth.confirmPasswordReset': OPEN,
  'auth.createPasswordResetLink': ADMINS,
  'auth.requestEmailChange': USERS,
  'auth.createEmailChangeLink': ADMINS,
  'auth.confirmEmailChange': OPEN,
  'auth.deleteAccount': USERS,
  'auth.deleteUser': ADMINS,
  'auth.setUserStatus': ADMINS,
  'auth.listUsers': ADMINS,
  'auth.createApiClient': ADMINS,
  'auth.listApiClients': ADMINS,
  'auth.rotateApiClientSecret': ADMINS,
  'auth.revokeApiClient': ADMINS,
  'catalog.createProduct': MANAGERS,
  'catalog.getProduct': KNOWN,
  'catalog.listProducts': KNOWN,
  'catalog.updateProduct': MANAGERS,
  'catalog.adjustStock': MANAGERS,
  'catalog.decrementStock': { ...INTERNAL, reservation: 'in' },
  'catalog.batchDecrementStock': { ...INTERNAL, reservation: 'in' },
  'catalog.restoreStock': { ...INTERNAL, reservation: 'in', 'expiry-worker': 'in' },
  'catalog.commitStock': { ...INTERNAL, reservation: 'in', 'expiry-worker': 'in' },
  'catalog.returnStock': { ...INTERNAL, reservation: 'in' },
  'catalog.listOverdueHolds': { ...INTERNAL, 'expiry-worker': 'in' },
  'catalog.postponeHold': { ...INTERNAL, reservation: 'in' },
  'catalog.auditStock': ADMINS_AND_SERVICES,
  'catalog.watchStock': KNOWN,
  'reservation.reserve': CUSTOMERS,
  'reservation.batchReserve': { ...INTERNAL, gateway: 'in' },
  'reservation.confirmReservation': CUSTOMERS,
  'reservation.cancelReservation': CUSTOMERS,
  'reservation.batchResolve': { ...INTERNAL, gateway: 'in' },
  'reservation.extendReservation': { ...MANAGERS, ...forServices('in') },
  'reservation.reviveReservation': { ...MANAGERS, ...forServices('in') },
  'reservation.returnReservation': { ...MANAGERS, ...forServices('in') },
  'reservation.getReservation': CUSTOMERS,
  'reservation.listReservations': CUSTOMERS,
  'reservation.expireReservations': { ...INTERNAL, 'expiry-worker': 'in' },
};
