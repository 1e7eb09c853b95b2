import { STOCK_LIMITS } from '@flashreserve/contracts';
import {
  type BatchResolveResult,
  ReservationStatus,
  type ResolveRequest,
} from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import { callUnary, readResults } from '@flashreserve/rpc';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

const { RESERVATION_STATUS_CONFIRMED, RESERVATION_STATUS_CANCELLED, RESERVATION_STATUS_PENDING } =
  ReservationStatus;

let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start();
});
afterAll(() => harness.stop());

type Owned = { readonly customerId: string; readonly reservationId: string };

const confirm = (value: Owned): ResolveRequest => ({
  action: { $case: 'confirm', value },
  anyCustomer: false,
});
const cancel = (value: Owned): ResolveRequest => ({
  action: { $case: 'cancel', value },
  anyCustomer: false,
});
/** As an API client asks for it: whoever owns the reservation. */
const anybodys = ({ reservationId }: Owned): Owned => ({ reservationId, customerId: '' });
const asClient = (request: ResolveRequest): ResolveRequest => ({ ...request, anyCustomer: true });

const batch = async (
  requests: ResolveRequest[],
  token = harness.auth.serviceToken('gateway'),
): Promise<readonly BatchResolveResult[]> => {
  const deadline = new Date(Date.now() + 20_000);
  return (await callUnary(api.client, 'batchResolve', { requests }, { token, deadline })).results;
};

/** State of each entry's reservation, or its error. */
const outcomesOf = (results: readonly BatchResolveResult[]): unknown[] =>
  readResults(results).map((outcome) =>
    outcome.ok ? reservationOf(outcome.value).status : outcome.error,
  );

const reserve = async (productId: string, customerId = newId()): Promise<Owned> => {
  const lines = [{ productId, quantity: 1 }];
  const { reservationId } = reservationOf(await api.reserve(customerId, { lines }));
  return { customerId, reservationId };
};

const refusedWith = (reason: string) => ({ domain: 'reservation.flashreserve', reason });

describe('BatchResolve', () => {
  it('entries succeed or fail independently, and results are in request order', async () => {
    const productId = await harness.catalog.newProduct(10);
    const [sold, dropped, foreign] = [
      await reserve(productId),
      await reserve(productId),
      await reserve(productId),
    ];

    const outcomes = outcomesOf(
      await batch([
        confirm(sold),
        { action: undefined, anyCustomer: false },
        cancel(dropped),
        confirm({ ...foreign, customerId: newId() }),
        confirm({ ...sold, reservationId: 'not an id' }),
        confirm({ ...sold, customerId: '' }),
      ]),
    );

    expect(outcomes).toMatchObject([
      RESERVATION_STATUS_CONFIRMED,
      {
        ...refusedWith('INVALID_REQUEST'),
        fieldViolations: [{ field: 'action', description: 'must be set' }],
      },
      RESERVATION_STATUS_CANCELLED,
      refusedWith('RESERVATION_NOT_FOUND'),
      {
        ...refusedWith('INVALID_REQUEST'),
        fieldViolations: [{ field: 'reservation_id', description: 'must be a UUID' }],
      },
      refusedWith('PERMISSION_DENIED'),
    ]);
    await harness.catalog.expectStock(productId, { available: 8, held: 1, sold: 1 });
  });

  it('of a confirm and a cancel in one batch one succeeds, and the stock follows it', async () => {
    const productId = await harness.catalog.newProduct(1);
    const owned = await reserve(productId);

    const [confirmed, cancelled] = outcomesOf(await batch([confirm(owned), cancel(owned)]));

    if (confirmed === RESERVATION_STATUS_CONFIRMED) {
      expect(cancelled).toMatchObject(refusedWith('RESERVATION_CONFIRMED'));
      await harness.catalog.expectStock(productId, { available: 0, held: 0, sold: 1 });
    } else {
      expect(confirmed).toMatchObject(refusedWith('RESERVATION_CANCELLED'));
      expect(cancelled).toBe(RESERVATION_STATUS_CANCELLED);
      await harness.catalog.expectStock(productId, { available: 1, held: 0, sold: 0 });
    }
  });

  it("an entry resolves no other customer's reservation, although that customer is in the batch", async () => {
    const productId = await harness.catalog.newProduct(3);
    const mine = await reserve(productId);
    const yours = await reserve(productId);
    const alsoYours = await reserve(productId, yours.customerId);

    const outcomes = outcomesOf(
      await batch([
        confirm({ ...yours, customerId: mine.customerId }),
        confirm(mine),
        confirm(alsoYours),
      ]),
    );

    expect(outcomes).toMatchObject([
      refusedWith('RESERVATION_NOT_FOUND'),
      RESERVATION_STATUS_CONFIRMED,
      RESERVATION_STATUS_CONFIRMED,
    ]);
    const { status } = reservationOf(await api.get(yours.customerId, yours.reservationId));
    expect(status).toBe(RESERVATION_STATUS_PENDING);
    await harness.catalog.expectStock(productId, { available: 0, held: 1, sold: 2 });
  });

  it('entries of API clients resolve the reservation of any customer, beside entries with owners', async () => {
    const productId = await harness.catalog.newProduct(4);
    const [sold, dropped, own, foreign] = [
      await reserve(productId),
      await reserve(productId),
      await reserve(productId),
      await reserve(productId),
    ];

    const outcomes = outcomesOf(
      await batch([
        asClient(confirm(anybodys(sold))),
        confirm({ ...foreign, customerId: own.customerId }),
        asClient(cancel(anybodys(dropped))),
        confirm(own),
        asClient(confirm(anybodys({ ...sold, reservationId: newId() }))),
        asClient(confirm({ ...sold, customerId: own.customerId })),
      ]),
    );

    expect(outcomes).toMatchObject([
      RESERVATION_STATUS_CONFIRMED,
      refusedWith('RESERVATION_NOT_FOUND'),
      RESERVATION_STATUS_CANCELLED,
      RESERVATION_STATUS_CONFIRMED,
      refusedWith('RESERVATION_NOT_FOUND'),
      refusedWith('RESERVATION_NOT_FOUND'),
    ]);
    await harness.catalog.expectStock(productId, { available: 1, held: 1, sold: 2 });
    expect(reservationOf(await api.get(foreign.customerId, foreign.reservationId)).status).toBe(
      RESERVATION_STATUS_PENDING,
    );
  });

  it('an entry of an API client does not find a tombstone', async () => {
    const lost = { customerId: '', reservationId: newId() };
    await api.expire([lost.reservationId]);

    const results = await batch([asClient(confirm(lost)), asClient(cancel(lost))]);

    expect(outcomesOf(results)).toMatchObject([
      refusedWith('RESERVATION_NOT_FOUND'),
      refusedWith('RESERVATION_NOT_FOUND'),
    ]);
  });

  it('where a backend confirms, only entries of API clients confirm, and anybody may cancel', async () => {
    const backend = await harness.start({ env: { CONFIRM_BY: 'backend' } });
    const productId = await harness.catalog.newProduct(2);
    const [paid, dropped] = [await reserve(productId), await reserve(productId)];
    const deadline = new Date(Date.now() + 20_000);
    const token = harness.auth.serviceToken('gateway');
    const requests = [
      confirm(paid),
      confirm(dropped),
      asClient(confirm(anybodys(paid))),
      cancel(dropped),
    ];

    const { results } = await callUnary(
      backend.client,
      'batchResolve',
      { requests },
      { token, deadline },
    );

    expect(outcomesOf(results)).toMatchObject([
      refusedWith('BACKEND_CONFIRMS'),
      refusedWith('BACKEND_CONFIRMS'),
      RESERVATION_STATUS_CONFIRMED,
      RESERVATION_STATUS_CANCELLED,
    ]);
    const own = { token: harness.auth.userToken(paid.customerId), deadline };
    const direct = callUnary(backend.client, 'confirmReservation', paid, own);
    expect((await refusalOf(direct)).reason).toBe('BACKEND_CONFIRMS');
    await harness.catalog.expectStock(productId, { available: 1, held: 0, sold: 1 });
  });

  it('a retried batch returns the same states and sells nothing twice', async () => {
    const productId = await harness.catalog.newProduct(20);
    const owned = await Promise.all(Array.from({ length: 20 }, () => reserve(productId)));
    const requests = owned.map((one, index) => (index % 2 === 0 ? confirm(one) : cancel(one)));

    const first = outcomesOf(await batch([...requests, ...requests]));
    const second = outcomesOf(await batch(requests));

    expect(first).toEqual([...second, ...second]);
    expect(second).toEqual(
      owned.map((_one, index) =>
        index % 2 === 0 ? RESERVATION_STATUS_CONFIRMED : RESERVATION_STATUS_CANCELLED,
      ),
    );
    await harness.catalog.expectStock(productId, { available: 10, held: 0, sold: 10 });
  });

  it('only the gateway may call it, with 1 to 256 entries', async () => {
    const owned = { customerId: newId(), reservationId: newId() };
    const tooMany = Array.from({ length: STOCK_LIMITS.batchEntriesMax + 1 }, () => confirm(owned));

    expect(await refusalOf(batch([]))).toMatchObject(refusedWith('INVALID_REQUEST'));
    expect(await refusalOf(batch(tooMany))).toMatchObject(refusedWith('INVALID_REQUEST'));
    expect(
      await refusalOf(batch([confirm(owned)], harness.auth.serviceToken('expiry-worker'))),
    ).toMatchObject(refusedWith('SERVICE_NOT_ALLOWED'));
    expect(
      await refusalOf(batch([confirm(owned)], harness.auth.userToken(owned.customerId))),
    ).toMatchObject(refusedWith('SERVICE_REQUIRED'));
  });
});
