import type { AddressInfo } from 'node:net';
import {
  type BatchReserveRequest,
  type BatchReserveResponse,
  type BatchResolveRequest,
  type BatchResolveResponse,
  ReservationServiceService,
  ReservationStatus,
} from '@flashreserve/contracts/reservation';
import { createMetrics, createSilentLogger, createTestClock } from '@flashreserve/ops';
import {
  createBatchMetrics,
  DomainError,
  serveEntries,
  toGrpcFailure,
  toStatusMessage,
} from '@flashreserve/rpc';
import {
  type handleUnaryCall,
  type Metadata,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { createReservationApi, type ReservationApi } from './reservation.client';
import { createSoldOutMemory } from './sold-out-memory';

const clock = createTestClock(new Date('2026-01-01T12:00:00Z'));
const calls: { readonly request: BatchReserveRequest; readonly metadata: Metadata }[] = [];
let server: Server;
let port: AddressInfo['port'];
let answer: handleUnaryCall<BatchReserveRequest, BatchReserveResponse>;
const resolveCalls: { readonly request: BatchResolveRequest; readonly metadata: Metadata }[] = [];
let api: ReservationApi;

beforeAll(async () => {
  server = new Server();
  server.addService(ReservationServiceService, {
    batchReserve: (...[call, callback]: Parameters<typeof answer>) => {
      calls.push({ request: call.request, metadata: call.metadata });
      answer(call, callback);
    },
    batchResolve: (...[call, callback]: Parameters<typeof resolve>) => {
      resolveCalls.push({ request: call.request, metadata: call.metadata });
      resolve(call, callback);
    },
  } as UntypedServiceImplementation);
  port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
});
afterAll(() => {
  server.forceShutdown();
});
beforeEach(() => {
  calls.length = 0;
  resolveCalls.length = 0;
  answerWith(() => Promise.resolve());
  api = createReservationApi({
    target: `127.0.0.1:${port}`,
    serviceToken: async () => ({ token: 'gateway-token' }),
    soldOut: createSoldOutMemory({ reuseMs: 100, clock }),
    log: createSilentLogger(),
    batchMetrics: createBatchMetrics(createMetrics()),
  });
});
afterEach(() => {
  api.close();
});

/** Uses catalog as the domain of refusals. */
const failureOf = (error: unknown) => {
  if (!(error instanceof DomainError)) throw error;
  return toStatusMessage(error, 'catalog.flashreserve');
};

/** Returns a reservation for each entry, unless `check` rejects. */
const answerWith = (check: (customerId: string) => Promise<void>): void => {
  answer = (call, callback) => {
    const serve = async ({ customerId, lines }: BatchReserveRequest['requests'][number]) => {
      await check(customerId);
      const reservation = {
        reservationId: `of-${customerId}`,
        customerId,
        status: ReservationStatus.RESERVATION_STATUS_PENDING,
        lines: [...lines],
        expireTime: new Date(2),
        createTime: new Date(1),
        confirmTime: undefined,
        cancelTime: undefined,
        expiredTime: undefined,
        returns: [],
      };
      return { reservation, replayed: false };
    };
    void serveEntries(call.request.requests, { failureOf }, serve).then((results) => {
      callback(null, { results });
    });
  };
};

/** Confirms every entry, and refuses to cancel. */
const resolve: handleUnaryCall<BatchResolveRequest, BatchResolveResponse> = (call, callback) => {
  const serve = async ({ action }: BatchResolveRequest['requests'][number]) => {
    if (action?.$case !== 'confirm') return refuseWith('RESERVATION_CONFIRMED')();
    const { reservationId, customerId } = action.value;
    return {
      reservation: {
        reservationId,
        customerId,
        status: ReservationStatus.RESERVATION_STATUS_CONFIRMED,
        lines: [],
        expireTime: new Date(2),
        createTime: new Date(1),
        confirmTime: new Date(1),
        cancelTime: undefined,
        expiredTime: undefined,
        returns: [],
      },
    };
  };
  void serveEntries(call.request.requests, { failureOf }, serve).then((results) => {
    callback(null, { results });
  });
};

const refuseWith = (reason: string) => () =>
  Promise.reject(new DomainError({ kind: 'precondition', reason, message: 'No.' }));

const reserve = async (customerId: string, idempotencyKey = '') => {
  const request = { customerId, lines: [{ productId: 'p', quantity: 1 }], idempotencyKey };
  const refusal = api.recallSoldOut(request);
  if (refusal !== undefined) throw refusal;
  const deadline = new Date(Date.now() + 5_000);
  return api.reserve(request, { requestId: `r-${customerId}`, deadline });
};
const idOf = async (reserving: ReturnType<typeof reserve>) =>
  (await reserving).reservation.reservationId;

describe('reserving through reservation', () => {
  it('queued requests share one call with the service token, and each gets its own answer', async () => {
    answerWith((customerId) =>
      customerId === 'b' ? refuseWith('IDEMPOTENCY_KEY_REUSED')() : Promise.resolve(),
    );

    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((id) => idOf(reserve(id))));

    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: 'of-a' },
      {
        status: 'rejected',
        reason: { reason: 'IDEMPOTENCY_KEY_REUSED', domain: 'catalog.flashreserve' },
      },
      { status: 'fulfilled', value: 'of-c' },
    ]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.metadata.get('authorization')).toEqual(['Bearer gateway-token']);
    expect(calls[0]?.request.requests.map(({ customerId }) => customerId)).toEqual(['a', 'b', 'c']);
  });

  it('a request that is sent alone keeps its request id', async () => {
    await reserve('a');

    expect(calls[0]?.metadata.get('x-request-id')).toEqual(['r-a']);
  });

  it('gRPC retries are safe: by the idempotency key, or by a fresh id for each request without one', async () => {
    await reserve('a');
    await reserve('a');
    await reserve('a', 'key');

    const sent = calls.flatMap(({ request }) => request.requests);
    const [first, second, keyed] = sent.map(({ requestId }) => requestId);
    expect(first).toMatch(/^[0-9a-f-]{14}7/);
    expect(second).toMatch(/^[0-9a-f-]{14}7/);
    expect(second).not.toBe(first);
    expect(keyed).toBe('');
    expect(sent.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['', '', 'key']);
  });

  it('a sold-out answer is reused without a call, but never for a request with a key', async () => {
    answerWith(refuseWith('OUT_OF_STOCK'));
    await expect(reserve('a')).rejects.toMatchObject({ reason: 'OUT_OF_STOCK' });

    await expect(reserve('b')).rejects.toMatchObject({ reason: 'OUT_OF_STOCK' });
    expect(calls).toHaveLength(1);
    answerWith(() => Promise.resolve());
    expect(await idOf(reserve('c', 'key'))).toBe('of-c');

    clock.advanceMs(100);
    expect(await idOf(reserve('d'))).toBe('of-d');
  });

  it("a rejected token of the gateway means RESERVATION_UNAVAILABLE, never the user's error", async () => {
    answer = (_call, callback) => {
      const refusal = new DomainError({
        kind: 'unauthenticated',
        reason: 'TOKEN_EXPIRED',
        message: 'No.',
      });
      callback(toGrpcFailure(refusal, 'reservation.flashreserve'));
    };

    await expect(reserve('a')).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'RESERVATION_UNAVAILABLE',
    });
  });
});

describe('confirming and cancelling through reservation', () => {
  it('queued confirmations and cancellations share one call, and each gets its own answer', async () => {
    const owned = { customerId: 'a', reservationId: 'one' };
    const call = { requestId: 'r', deadline: new Date(Date.now() + 5_000) };

    const outcomes = await Promise.allSettled([
      api.confirm(owned, call),
      api.cancel({ customerId: 'b', reservationId: 'two' }, call),
    ]);

    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: owned },
      { status: 'rejected', reason: { reason: 'RESERVATION_CONFIRMED' } },
    ]);
    expect(resolveCalls).toHaveLength(1);
    expect(resolveCalls[0]?.metadata.get('authorization')).toEqual(['Bearer gateway-token']);
    expect(resolveCalls[0]?.request.requests).toEqual([
      { action: { $case: 'confirm', value: owned }, anyCustomer: false },
      {
        action: { $case: 'cancel', value: { customerId: 'b', reservationId: 'two' } },
        anyCustomer: false,
      },
    ]);
  });
});
