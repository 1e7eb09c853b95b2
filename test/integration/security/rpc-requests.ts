import { randomUUID } from 'node:crypto';
import { AuthServiceService, Role, UserStatus } from '@flashreserve/contracts/auth';
import { CatalogServiceService } from '@flashreserve/contracts/catalog';
import { ReservationServiceService, ReservationStatus } from '@flashreserve/contracts/reservation';
import type { MethodDefinition } from '@grpc/grpc-js';
import type { TestApiClient } from '../../support/api-clients';
import { type Buyer, PASSWORD } from '../../support/shop';

/** The existing data that a call could change. */
export interface Victim {
  readonly buyer: Buyer;
  readonly productId: string;
  /** Pending; its hold is held. */
  readonly reservationId: string;
  readonly apiClient: TestApiClient;
}

const DEFINITIONS = {
  auth: AuthServiceService,
  catalog: CatalogServiceService,
  reservation: ReservationServiceService,
} as const;

export type ServiceName = keyof typeof DEFINITIONS;

export interface Rpc {
  /** For example `catalog.getProduct`. */
  readonly name: string;
  readonly service: ServiceName;
  readonly method: MethodDefinition<unknown, unknown>;
}

/** Every RPC of the proto files. */
export const RPCS: readonly Rpc[] = Object.entries(DEFINITIONS).flatMap(([service, definition]) =>
  Object.entries(definition).map(([name, method]) => ({
    name: `${service}.${name}`,
    service: service as ServiceName,
    method: method as MethodDefinition<unknown, unknown>,
  })),
);

const sessionIdOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid;

/** For each RPC a request that would change or show something if its caller were accepted. */
export const effectiveRequests = ({
  buyer: { userId, email, token, refreshToken },
  productId,
  reservationId,
  apiClient: { clientId, clientSecret },
}: Victim): Readonly<Record<string, object>> => {
  const lines = [{ productId, quantity: 1 }];
  const page = { pageSize: 0, pageToken: '' };
  const owned = { customerId: userId, reservationId };
  const price = { minorUnits: 100, currencyCode: 'USD' };
  const reserve = { customerId: userId, lines, idempotencyKey: '', requestId: '' };
  const newHold = () => ({
    reservationId: randomUUID(),
    customerId: userId,
    lines,
    expireTime: new Date(Date.now() + 600_000),
  });
  return {
    'auth.register': {
      email: `${randomUUID()}@example.test`,
      password: PASSWORD,
      name: '',
      role: Role.ROLE_UNSPECIFIED,
    },
    'auth.createGuest': {},
    'auth.login': { email, password: PASSWORD },
    'auth.refreshSession': { refreshToken },
    'auth.revokeSession': { refreshToken },
    'auth.endSession': { sessionId: sessionIdOf(token) },
    'auth.issueServiceToken': { clientId: 'gateway', clientSecret: 'x'.repeat(40) },
    'auth.createApiClient': { name: 'x', scopes: ['products:write'], requestId: '' },
    'auth.listApiClients': page,
    'auth.rotateApiClientSecret': { clientId, overlapSeconds: 0 },
    'auth.revokeApiClient': { clientId },
    'auth.issueClientToken': { clientId, clientSecret, scopes: [] },
    'auth.getJwks': {},
    'auth.listRevokedSessions': page,
    'auth.listTrustedIssuers': { refreshAlias: '' },
    'auth.getUser': { userId },
    'auth.setUserRole': { userId, role: Role.ROLE_ADMIN },
    'auth.changePassword': { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` },
    'auth.requestPasswordReset': { email },
    'auth.confirmPasswordReset': { token: 'x'.repeat(43), newPassword: `${PASSWORD}!` },
    'auth.createPasswordResetLink': { userId },
    'auth.requestEmailChange': {
      newEmail: `${randomUUID()}@example.test`,
      password: PASSWORD,
    },
    'auth.createEmailChangeLink': { userId, newEmail: `${randomUUID()}@example.test` },
    'auth.confirmEmailChange': { token: 'x'.repeat(43) },
    'auth.deleteAccount': { password: PASSWORD },
    'auth.deleteUser': { userId },
    'auth.setUserStatus': { userId, status: UserStatus.USER_STATUS_DISABLED },
    'auth.listUsers': {
      ...page,
      email,
      emailPrefix: '',
      role: Role.ROLE_UNSPECIFIED,
      status: UserStatus.USER_STATUS_UNSPECIFIED,
    },
    'catalog.createProduct': { name: 'x', description: '', price, stockUnits: 1, requestId: '' },
    'catalog.getProduct': { productId },
    'catalog.listProducts': { ...page, availableOnly: false },
    'catalog.updateProduct': {
      productId,
      name: 'x',
      description: '',
      price,
      updateMask: ['name'],
    },
    'catalog.adjustStock': { productId, delta: -1, reason: 'x', requestId: '' },
    'catalog.decrementStock': newHold(),
    'catalog.batchDecrementStock': { requests: [newHold()] },
    'catalog.restoreStock': { reservationIds: [reservationId] },
    'catalog.commitStock': { reservationIds: [reservationId] },
    'catalog.returnStock': {
      reservationId,
      returnId: randomUUID(),
      lines,
      writeOff: false,
      reason: 'x',
    },
    'catalog.listOverdueHolds': page,
    'catalog.postponeHold': { reservationId, remaining: { seconds: 60, nanos: 0 } },
    'catalog.auditStock': { ...page, productIds: [] },
    'catalog.watchStock': { productIds: [productId] },
    'reservation.reserve': reserve,
    'reservation.batchReserve': { requests: [reserve] },
    'reservation.confirmReservation': owned,
    'reservation.cancelReservation': owned,
    'reservation.batchResolve': {
      requests: [{ action: { $case: 'confirm', value: owned }, anyCustomer: false }],
    },
    'reservation.extendReservation': { ...owned, seconds: 1, requestId: '' },
    'reservation.reviveReservation': owned,
    'reservation.returnReservation': {
      ...owned,
      lines: [],
      writeOff: false,
      reason: 'x',
      idempotencyKey: '',
      requestId: '',
    },
    'reservation.getReservation': owned,
    'reservation.listReservations': {
      ...page,
      customerId: userId,
      status: ReservationStatus.RESERVATION_STATUS_UNSPECIFIED,
    },
    'reservation.expireReservations': { reservationIds: [randomUUID()] },
  };
};
