import type { Scope } from '@flashreserve/contracts';
import {
  type Reservation,
  ReservationServiceClient,
  ReservationStatus,
  type ReserveRequest,
} from '@flashreserve/contracts/reservation';
import { createSilentLogger, loadConfig, newId } from '@flashreserve/ops';
import { createApp as createReservation } from '@flashreserve/reservation';
import { createClient } from '@flashreserve/rpc';
import { configSchema } from '../../../services/reservation/src/config';
import { newApiClient } from '../../support/api-clients';
import { type InProcessStack, startInProcessStack } from '../../support/in-process-stack';
import { callPatiently, keyForRepeats } from '../../support/patient-calls';
import { createShop, type Shop } from '../../support/shop';
import { uniquePrefix } from '../../support/stores';
import { fetchGuestToken, fetchServiceToken } from '../security/rpc-callers';
import { refusalOf, reservationOf } from './harness';

// Goal: an API client acts for any customer within its scopes, and where only a backend confirms,
// no customer makes a sale. Method: the real services on real stores, called directly over gRPC
// with tokens that auth issued; a second instance of reservation has CONFIRM_BY=backend.

const {
  RESERVATION_STATUS_UNSPECIFIED,
  RESERVATION_STATUS_PENDING,
  RESERVATION_STATUS_CONFIRMED,
  RESERVATION_STATUS_CANCELLED,
} = ReservationStatus;

/** A customer of the shop that auth does not know, with an id as an identity provider issues it. */
const newCustomerId = (): string => `auth0|${newId()}:7`;

const createApi = (target: string) => {
  const client = createClient(ReservationServiceClient, target, {
    serviceName: 'flashreserve.reservation.v1.ReservationService',
    idempotentMethods: [],
  });
  const as = (token: string) => ({ token, deadline: new Date(Date.now() + 20_000) });
  const one = (reservationId: string, customerId = '') => ({ customerId, reservationId });
  return {
    client,
    reserve: (token: string, request: Pick<ReserveRequest, 'customerId' | 'lines'>) => {
      const ids = { idempotencyKey: '', requestId: keyForRepeats('') };
      return callPatiently(client, 'reserve', { ...request, ...ids }, as(token));
    },
    confirm: (token: string, ...given: Parameters<typeof one>) =>
      callPatiently(client, 'confirmReservation', one(...given), as(token)),
    cancel: (token: string, ...given: Parameters<typeof one>) =>
      callPatiently(client, 'cancelReservation', one(...given), as(token)),
    get: (token: string, ...given: Parameters<typeof one>) =>
      callPatiently(client, 'getReservation', one(...given), as(token)),
    list: (token: string, customerId: string) => {
      const page = { status: RESERVATION_STATUS_UNSPECIFIED, pageSize: 0, pageToken: '' };
      return callPatiently(client, 'listReservations', { ...page, customerId }, as(token));
    },
    expire: (token: string, reservationIds: string[]) =>
      callPatiently(client, 'expireReservations', { reservationIds }, as(token)),
  };
};

let stack: InProcessStack;
let shop: Shop;
let api: ReturnType<typeof createApi>;
let reader: string;
let writer: string;
let confirmer: string;
let service: string;

const newClientToken = async (...scopes: readonly Scope[]): Promise<string> => {
  const adminToken = await shop.adminToken();
  return (await newApiClient(stack.grpc.auth, { adminToken, scopes })).token;
};
const serviceToken = (id: string): Promise<string> =>
  fetchServiceToken(stack.grpc.auth, stack.env, id);

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  api = createApi(stack.grpc.reservation);
  reader = await newClientToken('reservations:read');
  writer = await newClientToken('reservations:write');
  confirmer = await newClientToken('reservations:confirm');
  service = await serviceToken('dev-service');
});
afterAll(async () => {
  api.client.close();
  await shop.expectCleanAudit();
  await stack.stop();
});

const reserveFor = async (customerId: string, productId: string): Promise<Reservation> => {
  const lines = [{ productId, quantity: 1 }];
  return reservationOf(await api.reserve(service, { customerId, lines }));
};
const reserveForSomebody = (productId: string): Promise<Reservation> =>
  reserveFor(newCustomerId(), productId);

const NOT_FOUND = { kind: 'not-found', reason: 'RESERVATION_NOT_FOUND' };

describe('an API client', () => {
  it('confirms, cancels and reads the reservation of any customer without naming the customer', async () => {
    const productId = await shop.newProduct(3);
    const paid = await reserveForSomebody(productId);
    const dropped = await reserveForSomebody(productId);

    expect(reservationOf(await api.get(reader, paid.reservationId))).toEqual(paid);
    expect(reservationOf(await api.confirm(confirmer, paid.reservationId))).toMatchObject({
      customerId: paid.customerId,
      status: RESERVATION_STATUS_CONFIRMED,
    });
    expect(reservationOf(await api.cancel(writer, dropped.reservationId))).toMatchObject({
      customerId: dropped.customerId,
      status: RESERVATION_STATUS_CANCELLED,
    });
    await shop.expectStock(productId, { available: 2, held: 0, sold: 1 });
  });

  it('that names a customer reaches the reservations of that customer only', async () => {
    const productId = await shop.newProduct(1);
    const { customerId, reservationId } = await reserveForSomebody(productId);
    const other = newCustomerId();

    const refusals = await Promise.all([
      refusalOf(api.get(reader, reservationId, other)),
      refusalOf(api.confirm(confirmer, reservationId, other)),
      refusalOf(api.cancel(writer, reservationId, other)),
    ]);

    expect(refusals).toMatchObject([NOT_FOUND, NOT_FOUND, NOT_FOUND]);
    await shop.expectStock(productId, { available: 0, held: 1, sold: 0 });
    expect(reservationOf(await api.confirm(confirmer, reservationId, customerId)).status).toBe(
      RESERVATION_STATUS_CONFIRMED,
    );
  });

  it('reserves for and lists the reservations of the customer that it names', async () => {
    const lines = [{ productId: await shop.newProduct(2), quantity: 1 }];
    const [customerId, other] = [newCustomerId(), newCustomerId()];

    const { reservation } = await api.reserve(writer, { customerId, lines });
    await api.reserve(writer, { customerId: other, lines });

    expect(reservation?.customerId).toBe(customerId);
    expect((await api.list(reader, customerId)).reservations).toEqual([reservation]);
  });

  it('that names no customer can neither reserve nor list', async () => {
    const productId = await shop.newProduct(1);
    const lines = [{ productId, quantity: 1 }];

    const refusals = await Promise.all([
      refusalOf(api.reserve(writer, { customerId: '', lines })),
      refusalOf(api.list(reader, '')),
    ]);

    const unnamed = { kind: 'forbidden', reason: 'PERMISSION_DENIED' };
    expect(refusals).toMatchObject([unnamed, unnamed]);
    await shop.expectStock(productId, { available: 1, held: 0, sold: 0 });
  });

  it('without the scope of a call is refused, and nothing changes', async () => {
    const productId = await shop.newProduct(2);
    const lines = [{ productId, quantity: 1 }];
    const { customerId, reservationId, ...rest } = await reserveForSomebody(productId);
    const missing = (scope: Scope) => ({
      kind: 'forbidden',
      reason: 'SCOPE_REQUIRED',
      metadata: { scope },
    });

    for (const token of [reader, confirmer, await newClientToken('products:write')]) {
      expect([
        await refusalOf(api.reserve(token, { customerId, lines })),
        await refusalOf(api.cancel(token, reservationId)),
      ]).toMatchObject([missing('reservations:write'), missing('reservations:write')]);
    }
    for (const token of [reader, writer]) {
      const refusal = await refusalOf(api.confirm(token, reservationId));
      expect(refusal).toMatchObject(missing('reservations:confirm'));
    }
    for (const token of [writer, confirmer]) {
      expect([
        await refusalOf(api.get(token, reservationId)),
        await refusalOf(api.list(token, customerId)),
      ]).toMatchObject([missing('reservations:read'), missing('reservations:read')]);
    }

    const { reservations } = await api.list(reader, customerId);
    expect(reservations).toEqual([{ customerId, reservationId, ...rest }]);
    await shop.expectStock(productId, { available: 1, held: 1, sold: 0 });
  });

  it('does not find a tombstone, as any other caller', async () => {
    const lost = newId();
    await api.expire(await serviceToken('expiry-worker'), [lost]);

    const refusals = await Promise.all([
      refusalOf(api.get(reader, lost)),
      refusalOf(api.confirm(confirmer, lost)),
      refusalOf(api.cancel(writer, lost)),
    ]);

    expect(refusals).toMatchObject([NOT_FOUND, NOT_FOUND, NOT_FOUND]);
  });
});

describe('where a backend confirms', () => {
  const BACKEND_CONFIRMS = { kind: 'forbidden', reason: 'BACKEND_CONFIRMS' };
  let backend: ReturnType<typeof createApi>;
  let stopInstance: () => Promise<void>;

  beforeAll(async () => {
    const env = { ...stack.env, RESERVATION_GRPC_PORT: '0', CONFIRM_BY: 'backend' };
    const app = await createReservation(loadConfig(configSchema, env), {
      log: createSilentLogger(),
    });
    stopInstance = app.stop;
    backend = createApi(`127.0.0.1:${app.port}`);
  });
  afterAll(async () => {
    backend.client.close();
    await stopInstance();
  });

  it('users, guests and administrators confirm nothing, not even a sale again, but cancel', async () => {
    const buyer = await shop.newBuyer();
    const productId = await shop.newProduct(3);
    const lines = [{ productId, quantity: 1 }];
    const tokens = [buyer.token, await fetchGuestToken(stack.grpc.auth), await shop.adminToken()];

    for (const token of tokens) {
      const reserved = await backend.reserve(token, { customerId: '', lines });
      const { reservationId } = reservationOf(reserved);

      const refusal = await refusalOf(backend.confirm(token, reservationId));

      expect(refusal).toMatchObject(BACKEND_CONFIRMS);
      const { status } = reservationOf(await backend.get(token, reservationId));
      expect(status).toBe(RESERVATION_STATUS_PENDING);
      const cancelled = reservationOf(await backend.cancel(token, reservationId));
      expect(cancelled.status).toBe(RESERVATION_STATUS_CANCELLED);
    }
    const sold = await reserveFor(buyer.userId, productId);
    await backend.confirm(confirmer, sold.reservationId);
    const again = await refusalOf(backend.confirm(buyer.token, sold.reservationId));

    expect(again).toMatchObject(BACKEND_CONFIRMS);
    await shop.expectStock(productId, { available: 2, held: 0, sold: 1 });
  });

  it('an API client with the scope confirms for any customer, a service for the one it names', async () => {
    const productId = await shop.newProduct(2);
    const [one, other] = [await reserveForSomebody(productId), await reserveForSomebody(productId)];

    const unscoped = await refusalOf(backend.confirm(writer, one.reservationId));
    const confirmed = [
      await backend.confirm(confirmer, one.reservationId),
      await backend.confirm(service, other.reservationId, other.customerId),
    ];

    expect(unscoped).toMatchObject({ kind: 'forbidden', reason: 'SCOPE_REQUIRED' });
    for (const response of confirmed) {
      expect(reservationOf(response).status).toBe(RESERVATION_STATUS_CONFIRMED);
    }
    await shop.expectStock(productId, { available: 0, held: 0, sold: 2 });
  });
});
