import {
  type BatchDecrementStockRequest,
  type BatchDecrementStockResponse,
  CatalogServiceService,
  type CommitStockRequest,
  type CommitStockResponse,
  HoldState,
} from '@flashreserve/contracts/catalog';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { createMetrics, createSilentLogger } from '@flashreserve/ops';
import { createBatchMetrics, DomainError, toGrpcFailure } from '@flashreserve/rpc';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { RequestScope } from '../application/ports';
import { type CatalogConnection, connectCatalog } from './catalog.client';

const DOMAIN = 'catalog.flashreserve';
let server: Server;
let catalog: CatalogConnection;
let target: string;
let decrement: handleUnaryCall<BatchDecrementStockRequest, BatchDecrementStockResponse>;
let commit: handleUnaryCall<CommitStockRequest, CommitStockResponse>;

const connect = (
  address: string,
  serviceToken: ServiceTokenSource = async () => ({ token: 'token' }),
): CatalogConnection =>
  connectCatalog({
    target: address,
    serviceToken,
    log: createSilentLogger(),
    batchMetrics: createBatchMetrics(createMetrics()),
  });

beforeAll(async () => {
  server = new Server();
  server.addService(CatalogServiceService, {
    batchDecrementStock: (...call: Parameters<typeof decrement>) => decrement(...call),
    commitStock: (...call: Parameters<typeof commit>) => commit(...call),
  } as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  target = `127.0.0.1:${port}`;
  catalog = connect(target);
});
afterAll(() => {
  catalog.close();
  server.forceShutdown();
});

const scope = (timeoutMs = 5_000): RequestScope => ({
  requestId: 'r-1',
  deadline: new Date(Date.now() + timeoutMs),
  log: createSilentLogger(),
});
const request = {
  reservationId: '01933b5c-0000-7000-8000-000000000001',
  customerId: 'c',
  lines: [],
  expiresAt: new Date(),
  holdMs: 1_500,
};
/** The caller's result when catalog refuses a hold with this error. */
const passedOn = (kind: DomainError['kind'], reason: string) => {
  decrement = (_call, callback) => {
    const refusal = new DomainError({ kind, reason, message: 'No.', metadata: { a: 'b' } });
    callback(toGrpcFailure(refusal, DOMAIN));
  };
  return catalog.takeHold(request, scope());
};

describe('takeHold', () => {
  it('takeHold sends the token, the request id and the deadline', async () => {
    const createTime = new Date(5);
    const expireTime = new Date(7);
    let seen: unknown;
    decrement = (call, callback) => {
      seen = {
        authorization: call.metadata.get('authorization'),
        requestId: call.metadata.get('x-request-id'),
        hasDeadline: Number(call.getDeadline()) < Date.now() + 6_000,
      };
      const hold = { ...request, state: HoldState.HOLD_STATE_RELEASED, createTime, expireTime };
      const value = { hold, replayed: true };
      callback(null, { results: [{ outcome: { $case: 'response', value } }] });
    };

    const hold = await catalog.takeHold(request, scope());

    expect(hold).toEqual({
      state: 'RELEASED',
      createdAt: createTime,
      expiresAt: expireTime,
      lines: [],
    });
    expect(seen).toEqual({
      authorization: ['Bearer token'],
      requestId: ['r-1'],
      hasDeadline: true,
    });
  });

  it("catalog's refusals pass through with catalog's domain", async () => {
    for (const [kind, reason] of [
      ['precondition', 'OUT_OF_STOCK'],
      ['not-found', 'PRODUCT_NOT_FOUND'],
      ['conflict', 'IDEMPOTENCY_KEY_REUSED'],
      ['exhausted', 'OVERLOADED'],
      ['unavailable', 'STORE_UNAVAILABLE'],
    ] as const) {
      await expect(passedOn(kind, reason)).rejects.toMatchObject({
        kind,
        reason,
        domain: DOMAIN,
        metadata: { a: 'b' },
      });
    }
  });

  it('HOLD_EXPIRED becomes RESERVATION_EXPIRED', async () => {
    await expect(passedOn('precondition', 'HOLD_EXPIRED')).rejects.toMatchObject({
      kind: 'precondition',
      reason: 'RESERVATION_EXPIRED',
      domain: undefined,
    });
  });

  it("errors about this service's own credentials become CATALOG_UNAVAILABLE", async () => {
    const unavailable = { kind: 'unavailable', reason: 'CATALOG_UNAVAILABLE' };
    await expect(passedOn('unauthenticated', 'TOKEN_EXPIRED')).rejects.toMatchObject(unavailable);
    await expect(passedOn('forbidden', 'SERVICE_REQUIRED')).rejects.toMatchObject(unavailable);
    const nameless = connect(target, () =>
      Promise.reject(
        new DomainError({ kind: 'unauthenticated', reason: 'INVALID_CLIENT', message: 'No.' }),
      ),
    );
    await expect(nameless.takeHold(request, scope())).rejects.toMatchObject(unavailable);
    nameless.close();
  });

  it('a refused connection and a timeout become CATALOG_UNAVAILABLE', async () => {
    const unavailable = { kind: 'unavailable', reason: 'CATALOG_UNAVAILABLE' };
    const nowhere = connect('127.0.0.1:1');
    await expect(nowhere.takeHold(request, scope())).rejects.toMatchObject(unavailable);
    nowhere.close();
    decrement = () => undefined;
    await expect(catalog.takeHold(request, scope(50))).rejects.toMatchObject(unavailable);
  });
});

describe('settleHold', () => {
  it.each([
    [HoldState.HOLD_STATE_SOLD, 'SOLD'],
    [HoldState.HOLD_STATE_RELEASED, 'RELEASED'],
    [HoldState.HOLD_STATE_UNSPECIFIED, undefined],
  ])('settleHold returns the state %s as %s', async (state, wanted) => {
    commit = (call, callback) => {
      const [reservationId = ''] = call.request.reservationIds;
      callback(null, { settlements: [{ reservationId, state, changed: true }] });
    };
    expect(await catalog.settleHold(request, 'SELL', scope())).toBe(wanted);
  });

  it('settleHold times out after two seconds, even with a later deadline', async () => {
    commit = () => undefined;
    const startedAt = performance.now();
    await expect(catalog.settleHold(request, 'SELL', scope(30_000))).rejects.toMatchObject({
      reason: 'CATALOG_UNAVAILABLE',
    });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
