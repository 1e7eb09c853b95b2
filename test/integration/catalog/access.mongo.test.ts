import { CatalogServiceClient } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import { type DomainError, fromServiceError } from '@flashreserve/rpc';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { type Catalog, given, startCatalog } from './catalog-fixture';

// Goal: every RPC admits exactly the callers that its contract names. Method: each RPC is called by
// each kind of caller with an empty request, so an admitted caller gets INVALID_REQUEST or an empty
// response.

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog();
});
afterAll(() => catalog.stop());

const CALLERS = ['anonymous', 'customer', 'admin', 'reservation', 'expiry-worker'] as const;
type Caller = (typeof CALLERS)[number];

const ADMINS = [
  'TOKEN_MISSING',
  'ADMIN_REQUIRED',
  'in',
  'ADMIN_REQUIRED',
  'ADMIN_REQUIRED',
] as const;
const NO_USERS = ['TOKEN_MISSING', 'SERVICE_REQUIRED', 'SERVICE_REQUIRED'] as const;
const RESERVATION = [...NO_USERS, 'in', 'SERVICE_NOT_ALLOWED'] as const;
const WORKER = [...NO_USERS, 'SERVICE_NOT_ALLOWED', 'in'] as const;
const SETTLERS = [...NO_USERS, 'in', 'in'] as const;
const ADMINS_AND_SERVICES = ['TOKEN_MISSING', 'ADMIN_REQUIRED', 'in', 'in', 'in'] as const;
const ALL = ['TOKEN_MISSING', 'in', 'in', 'in', 'in'] as const;

/** The expected result of each caller, in the order of CALLERS. */
const EXPECTED = {
  createProduct: ADMINS,
  getProduct: ALL,
  listProducts: ALL,
  updateProduct: ADMINS,
  adjustStock: ADMINS,
  decrementStock: RESERVATION,
  batchDecrementStock: RESERVATION,
  returnStock: RESERVATION,
  postponeHold: RESERVATION,
  restoreStock: SETTLERS,
  commitStock: SETTLERS,
  listOverdueHolds: WORKER,
  auditStock: ADMINS_AND_SERVICES,
  watchStock: ALL,
} as const;

const METHODS = Object.keys(EXPECTED) as (keyof typeof EXPECTED)[];

const tokenOf = (caller: Caller): string | undefined => {
  if (caller === 'anonymous') return undefined;
  if (caller === 'reservation' || caller === 'expiry-worker') {
    return catalog.auth.serviceToken(caller);
  }
  return catalog.auth.userToken(newId(), caller === 'admin' ? 'ADMIN' : 'CUSTOMER');
};

/** Calls a method with an empty request; resolves with its error, if any. */
const knock = (
  method: (typeof METHODS)[number],
  token: string | undefined,
): Promise<DomainError | undefined> => {
  const { path } = CatalogServiceClient.service[method];
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve) => {
    const call = given(catalog.clients[0]).makeServerStreamRequest(
      path,
      () => Buffer.alloc(0),
      (bytes) => bytes,
      {},
      metadata,
      { deadline: Date.now() + 10_000 },
    );
    call.on('data', () => undefined);
    call.on('end', () => resolve(undefined));
    call.on('error', (error: ServiceError) => resolve(fromServiceError(error)));
  });
};

it('this test covers every method of the service', () => {
  expect(METHODS.toSorted()).toEqual(Object.keys(CatalogServiceClient.service).sort());
});

describe.each(METHODS)('%s', (method) => {
  it.each(CALLERS.map((caller, index) => [caller, EXPECTED[method][index]]))(
    'the result for %s is %s',
    async (caller, expected) => {
      const refusal = await knock(method, tokenOf(caller as Caller));

      const reason = refusal?.reason ?? 'in';
      expect(reason === 'INVALID_REQUEST' ? 'in' : reason).toBe(expected);
      if (refusal !== undefined && expected !== 'in') {
        expect(refusal.kind).toBe(caller === 'anonymous' ? 'unauthenticated' : 'forbidden');
      }
    },
  );

  it('expired and forged tokens are refused', async () => {
    const expired = catalog.auth.serviceToken('reservation', { expiresInSeconds: -60 });

    expect((await knock(method, expired))?.reason).toBe('TOKEN_EXPIRED');
    expect((await knock(method, 'a.b.c'))?.reason).toBe('TOKEN_INVALID');
  });
});
