import { randomUUID } from 'node:crypto';
import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { CatalogServiceClient, HoldState } from '@flashreserve/contracts/catalog';
import {
  HoldVerdict,
  ReservationServiceClient,
  ReservationStatus,
} from '@flashreserve/contracts/reservation';
import { createHealthProbe } from '@flashreserve/rpc';
import { credentials } from '@grpc/grpc-js';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { callPatiently } from '../support/patient-calls';
import { createReflectionClient } from '../support/reflection-client';
import { type Buyer, createShop, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
let auth: AuthServiceClient;
let catalog: CatalogServiceClient;
let reservation: ReservationServiceClient;
let serviceToken: string;
let tokenOf: (clientId: string, secretName: string) => Promise<string>;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const deadline = (): Date => new Date(Date.now() + 10_000);

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
  auth = new AuthServiceClient(stack.grpc.auth, credentials.createInsecure());
  catalog = new CatalogServiceClient(stack.grpc.catalog, credentials.createInsecure());
  reservation = new ReservationServiceClient(stack.grpc.reservation, credentials.createInsecure());
  tokenOf = async (clientId, secretName) => {
    const request = { clientId, clientSecret: stack.env[secretName] ?? '' };
    const options = { deadline: deadline() };
    return (await callPatiently(auth, 'issueServiceToken', request, options)).accessToken;
  };
  serviceToken = await tokenOf('dev-service', 'DEV_SERVICE_CLIENT_SECRET');
});

afterAll(async () => {
  for (const client of [auth, catalog, reservation]) client.close();
  await shop.expectCleanAudit();
  await stack.stop();
});

describe('an internal service over gRPC', () => {
  it('a service can reserve, confirm and read for the customer it names', async () => {
    const productId = await shop.newProduct(5);
    const options = { deadline: deadline(), token: serviceToken };
    const request = {
      customerId: buyer.userId,
      lines: [{ productId, quantity: 2 }],
      idempotencyKey: 'order-1',
      requestId: '',
    };

    const made = await callPatiently(reservation, 'reserve', request, options);
    const again = await callPatiently(reservation, 'reserve', request, options);
    const reservationId = made.reservation?.reservationId ?? '';
    const confirmed = await callPatiently(
      reservation,
      'confirmReservation',
      { customerId: buyer.userId, reservationId },
      options,
    );

    expect([made.replayed, again.replayed]).toEqual([false, true]);
    expect(again.reservation).toEqual(made.reservation);
    expect(confirmed.reservation?.status).toBe(ReservationStatus.RESERVATION_STATUS_CONFIRMED);
    await shop.expectStock(productId, { available: 3, held: 0, sold: 2 });
    expect((await shop.getReservation(buyer, reservationId)).status).toBe(200);
  });

  it('a service must name the customer', async () => {
    const call = callPatiently(
      reservation,
      'listReservations',
      {
        customerId: '',
        pageSize: 0,
        pageToken: '',
        status: ReservationStatus.RESERVATION_STATUS_UNSPECIFIED,
      },
      { deadline: deadline(), token: serviceToken },
    );

    await expect(call).rejects.toMatchObject({ kind: 'forbidden', reason: 'PERMISSION_DENIED' });
  });

  it('a service with a wrong secret gets no token', async () => {
    const call = callPatiently(
      auth,
      'issueServiceToken',
      { clientId: 'dev-service', clientSecret: 'x'.repeat(40) },
      { deadline: deadline() },
    );

    await expect(call).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'INVALID_CREDENTIALS',
    });
  });

  it('an external service cannot take or settle stock directly', async () => {
    const productId = await shop.newProduct(5);
    const options = { deadline: deadline(), token: serviceToken };
    const hold = {
      reservationId: randomUUID(),
      customerId: buyer.userId,
      lines: [{ productId, quantity: 1 }],
      expireTime: new Date(Date.now() + 60_000),
    };

    const attempts = [
      callPatiently(catalog, 'decrementStock', hold, options),
      callPatiently(catalog, 'restoreStock', { reservationIds: [randomUUID()] }, options),
      callPatiently(reservation, 'expireReservations', { reservationIds: [randomUUID()] }, options),
    ];

    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({
        kind: 'forbidden',
        reason: 'SERVICE_NOT_ALLOWED',
      });
    }
    expect(await shop.stockOf(productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });
});

describe('the components over gRPC', () => {
  it('a repeated DecrementStock returns the same hold, and its units are released once', async () => {
    const productId = await shop.newProduct(5);
    const asReservation = await tokenOf('reservation', 'RESERVATION_CLIENT_SECRET');
    const asWorker = await tokenOf('expiry-worker', 'EXPIRY_WORKER_CLIENT_SECRET');
    const options = { deadline: deadline(), token: asReservation };
    const reservationId = randomUUID();
    const request = {
      reservationId,
      customerId: buyer.userId,
      lines: [{ productId, quantity: 3 }],
      expireTime: new Date(Date.now() + 60_000),
    };

    const first = await callPatiently(catalog, 'decrementStock', request, options);
    const second = await callPatiently(catalog, 'decrementStock', request, options);
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(await shop.stockOf(productId)).toEqual({ available: 2, held: 3, sold: 0 });

    const { verdicts } = await callPatiently(
      reservation,
      'expireReservations',
      { reservationIds: [reservationId] },
      { deadline: deadline(), token: asWorker },
    );
    const restored = [];
    for (let index = 0; index < 3; index += 1) {
      restored.push(
        (await callPatiently(catalog, 'restoreStock', { reservationIds: [reservationId] }, options))
          .settlements[0],
      );
    }
    expect(verdicts).toMatchObject([{ reservationId, verdict: HoldVerdict.HOLD_VERDICT_RELEASE }]);
    expect(restored.map((settlement) => settlement?.changed)).toEqual([true, false, false]);
    expect(restored.map((settlement) => settlement?.state)).toEqual([
      HoldState.HOLD_STATE_RELEASED,
      HoldState.HOLD_STATE_RELEASED,
      HoldState.HOLD_STATE_RELEASED,
    ]);
    expect(await shop.stockOf(productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });
});

describe('a user over gRPC', () => {
  it('a user cannot call stock or expiry RPCs or act for another customer', async () => {
    const options = { deadline: deadline(), token: buyer.token };
    const productId = await shop.newProduct(5);
    const line = { lines: [{ productId, quantity: 1 }] };

    const attempts = [
      callPatiently(
        catalog,
        'decrementStock',
        { reservationId: randomUUID(), customerId: buyer.userId, ...line, expireTime: deadline() },
        options,
      ),
      callPatiently(catalog, 'restoreStock', { reservationIds: [randomUUID()] }, options),
      callPatiently(catalog, 'commitStock', { reservationIds: [randomUUID()] }, options),
      callPatiently(catalog, 'listOverdueHolds', { pageSize: 0, pageToken: '' }, options),
      callPatiently(reservation, 'expireReservations', { reservationIds: [randomUUID()] }, options),
      callPatiently(
        reservation,
        'reserve',
        { customerId: randomUUID(), ...line, idempotencyKey: '', requestId: '' },
        options,
      ),
    ];

    const reasons = (await Promise.allSettled(attempts)).map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { reason: string }).reason : 'let in',
    );
    expect(reasons).toEqual([
      'SERVICE_REQUIRED',
      'SERVICE_REQUIRED',
      'SERVICE_REQUIRED',
      'SERVICE_REQUIRED',
      'SERVICE_REQUIRED',
      'PERMISSION_DENIED',
    ]);
    expect(await shop.stockOf(productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });

  it('a call without a token is refused', async () => {
    await expect(
      callPatiently(catalog, 'getProduct', { productId: randomUUID() }, { deadline: deadline() }),
    ).rejects.toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('every gRPC service', () => {
  it('every gRPC service answers the standard health check', async () => {
    for (const target of Object.values(stack.grpc)) {
      const probe = createHealthProbe(target);
      expect(await probe.isServing(2_000)).toBe(true);
      probe.close();
    }
  });

  it('reflection returns every file that a client needs to call a service', async () => {
    const productId = await shop.newProduct(5);
    const tools = {
      auth: createReflectionClient(stack.grpc.auth),
      catalog: createReflectionClient(stack.grpc.catalog),
      reservation: createReflectionClient(stack.grpc.reservation),
    };
    const services = Object.entries(tools).map(
      ([name, tool]) => [tool, `flashreserve.${name}.v1.${capital(name)}Service`] as const,
    );

    for (const [tool, service] of services) {
      expect(await tool.listServices()).toEqual([
        service,
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
        'grpc.reflection.v1alpha.ServerReflection',
      ]);
      for (const name of await tool.listServices()) {
        expect((await tool.describe(name)).getService(name)?.typeName).toBe(name);
      }
      expect(await tool.call('grpc.health.v1.Health', 'Check', { service })).toEqual({
        status: 'SERVING',
      });
    }
    const product = await tools.catalog.call(
      'flashreserve.catalog.v1.CatalogService',
      'GetProduct',
      { productId },
      serviceToken,
    );
    const errors = await tools.catalog.describe('google.rpc.ErrorInfo');
    for (const [tool] of services) tool.close();

    const createTime = expect.stringMatching(/^2\d{3}-.*Z$/);
    expect(product).toMatchObject({ product: { productId, createTime } });
    expect(errors.getMessage('google.rpc.ErrorInfo')).toBeDefined();
  });
});
