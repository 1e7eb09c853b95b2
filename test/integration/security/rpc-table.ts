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
  customer: 'in',
  admin: 'in',
  ...forServices('in'),
  expired: 'TOKEN_EXPIRED',
};
const KNOWN: Row = { ...NOBODY, customer: 'in', admin: 'in', ...forServices('in') };
const USERS: Row = { ...KNOWN, ...forServices('PERMISSION_DENIED') };
const ADMINS: Row = {
  ...NOBODY,
  customer: 'ADMIN_REQUIRED',
  admin: 'in',
  ...forServices('ADMIN_REQUIRED'),
};
const ADMINS_AND_SERVICES: Row = { ...ADMINS, ...forServices('in') };
const INTERNAL: Row = {
  ...NOBODY,
  customer: 'SERVICE_REQUIRED',
  admin: 'SERVICE_REQUIRED',
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
  'auth.issueServiceToken': OPEN,
  'auth.getJwks': OPEN,
  'auth.listRevokedSessions': { ...INTERNAL, ...forServices('in') },
  'auth.getUser': USERS,
  'auth.setUserRole': ADMINS,
  'auth.changePassword': USERS,
  'auth.endSession': USERS,
  'catalog.createProduct': ADMINS,
  'catalog.getProduct': KNOWN,
  'catalog.listProducts': KNOWN,
  'catalog.updateProduct': ADMINS,
  'catalog.adjustStock': ADMINS,
  'catalog.decrementStock': { ...INTERNAL, reservation: 'in' },
  'catalog.batchDecrementStock': { ...INTERNAL, reservation: 'in' },
  'catalog.restoreStock': { ...INTERNAL, reservation: 'in', 'expiry-worker': 'in' },
  'catalog.commitStock': { ...INTERNAL, reservation: 'in', 'expiry-worker': 'in' },
  'catalog.listOverdueHolds': { ...INTERNAL, 'expiry-worker': 'in' },
  'catalog.auditStock': ADMINS_AND_SERVICES,
  'catalog.watchStock': KNOWN,
  'reservation.reserve': KNOWN,
  'reservation.batchReserve': { ...INTERNAL, gateway: 'in' },
  'reservation.confirmReservation': KNOWN,
  'reservation.cancelReservation': KNOWN,
  'reservation.getReservation': KNOWN,
  'reservation.listReservations': KNOWN,
  'reservation.expireReservations': { ...INTERNAL, 'expiry-worker': 'in' },
};
