import { randomBytes } from 'node:crypto';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, PASSWORD, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';
import {
  createTraceRecorder,
  pathOf,
  type RecordedSpan,
  reachableFrom,
} from '../support/trace-recorder';

/** A reserve that takes longer than this is refused. */
const TTL_SECONDS = 4;
/** Long enough for the expiry of the test's reservations. */
const EXPIRED_MS = 20_000;

const recorder = createTraceRecorder();
let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;

beforeAll(async () => {
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: TTL_SECONDS,
    depsOf: recorder.depsOf,
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
});

afterAll(async () => {
  await stack.stop();
});

/** A new trace of a client. */
const newTrace = (flags = '01') => {
  const traceId = randomBytes(16).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}` };
};

const reserveIn = (traceparent: string, productId: string) =>
  shop.rest('POST', `/reservations/${productId}`, {
    token: buyer.token,
    body: {},
    headers: { traceparent },
  });

const spansOf = (traceId: string): readonly RecordedSpan[] =>
  recorder.spans().filter((span) => span.traceId === traceId);

const pathsOf = (traceId: string): readonly string[] => {
  const spans = spansOf(traceId);
  return spans.map((span) => pathOf(span, spans).join(' > '));
};

const componentsThatLogged = (traceId: string): readonly string[] =>
  recorder
    .lines()
    .filter((line) => line.trace_id === traceId)
    .map(({ component }) => component);

const ROUTE = 'gateway POST /reservations/:productId';
const AT_RESERVATION = `${ROUTE} > gateway batch BatchReserve > gateway ReservationService/BatchReserve > reservation ReservationService/BatchReserve`;
const AT_CATALOG = `${AT_RESERVATION} > reservation batch BatchDecrementStock > reservation CatalogService/BatchDecrementStock > catalog CatalogService/BatchDecrementStock > catalog batch take`;
const AT_WORKER = `${AT_RESERVATION} > reservation batch expiry jobs > expiry-worker process expiry > expiry-worker batch settle holds`;

describe('traces', () => {
  it('a trace spans a reservation from the request through both services, MongoDB and the queue to its expiry', async () => {
    const productId = await shop.newProduct(1);
    const { traceId, traceparent } = newTrace();

    expect((await reserveIn(traceparent, productId)).status).toBe(201);

    await eventually(async () => {
      expect(pathsOf(traceId)).toEqual(
        expect.arrayContaining([
          ROUTE,
          `${AT_CATALOG} > catalog update products`,
          `${AT_CATALOG} > catalog insert holds`,
          `${AT_CATALOG} > catalog commitTransaction`,
          `${AT_RESERVATION} > reservation batch inserts > reservation insert reservations`,
          `${AT_WORKER} > expiry-worker ReservationService/ExpireReservations > reservation ReservationService/ExpireReservations > reservation update reservations`,
          `${AT_WORKER} > expiry-worker CatalogService/RestoreStock > catalog CatalogService/RestoreStock > catalog batch settle > catalog update products`,
        ]),
      );
    }, EXPIRED_MS);
    const [request] = spansOf(traceId).filter(({ name }) => name.startsWith('POST'));
    expect(request?.parentId).toBe(traceparent.split('-')[2]);
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/reservations/:productId',
      'http.response.status_code': 201,
    });
    expect(componentsThatLogged(traceId)).toEqual(
      expect.arrayContaining(['gateway', 'reservation', 'catalog', 'expiry-worker']),
    );
  });

  it('a trace spans a login through auth and its store', async () => {
    const { traceId, traceparent } = newTrace();

    const { status } = await shop.rest('POST', '/auth/login', {
      body: { email: buyer.email, password: PASSWORD },
      headers: { traceparent },
    });

    expect(status).toBe(200);
    await eventually(async () => {
      const atAuth =
        'gateway POST /auth/login > gateway AuthService/Login > auth AuthService/Login';
      expect(pathsOf(traceId)).toEqual(expect.arrayContaining([`${atAuth} > auth find users`]));
      expect(componentsThatLogged(traceId)).toEqual(expect.arrayContaining(['gateway', 'auth']));
    }, 5_000);
  });

  it('traces of requests that share a batch are linked, down to the expiry', async () => {
    const productId = await shop.newProduct(1_000);
    const linkedRequests = (): readonly RecordedSpan[] =>
      recorder
        .spans()
        .filter(({ name, linkedIds }) => name.startsWith('POST') && linkedIds.length > 0);

    // Whether requests share a batch depends on timing; with this many, some do.
    await eventually(async () => {
      await Promise.all(
        Array.from({ length: 12 }, () => reserveIn(newTrace().traceparent, productId)),
      );
      expect(linkedRequests()).not.toEqual([]);
    }, EXPIRED_MS);

    const [request] = linkedRequests();
    const shared = recorder.spans().find(({ spanId }) => request?.linkedIds.includes(spanId));
    expect(shared).toMatchObject({ component: 'gateway', name: 'batch BatchReserve' });
    expect(shared?.traceId).not.toBe(request?.traceId);
    expect(shared?.linkedIds).toContain(request?.spanId);
    expect(shared?.attributes['flashreserve.batch.size']).toBeGreaterThan(1);
    const first = recorder.spans().find(({ spanId }) => spanId === shared?.parentId);
    expect(first).toMatchObject({ component: 'gateway', name: 'POST /reservations/:productId' });
    await eventually(async () => {
      const spans = recorder.spans();
      for (const origin of [request, first]) {
        const reached = origin === undefined ? [] : reachableFrom(origin, spans);
        const names = new Set(reached.map(({ component, name }) => `${component} ${name}`));
        expect([...names]).toEqual(
          expect.arrayContaining([
            'catalog commitTransaction',
            'reservation insert reservations',
            'expiry-worker process expiry',
            'catalog batch settle',
          ]),
        );
      }
    }, EXPIRED_MS);
  });

  it('a trace that the client does not sample is not recorded, but its id is logged', async () => {
    const productId = await shop.newProduct(1);
    const { traceId, traceparent } = newTrace('00');

    expect((await reserveIn(traceparent, productId)).status).toBe(201);

    await eventually(async () => {
      expect(componentsThatLogged(traceId)).toEqual(
        expect.arrayContaining(['gateway', 'reservation', 'catalog']),
      );
    }, 5_000);
    expect(spansOf(traceId)).toEqual([]);
  });

  it('an invalid traceparent starts a new trace', async () => {
    const { traceId } = newTrace();
    const requestId = `traced-${traceId}`;

    await shop.rest('GET', '/products', {
      headers: { traceparent: `00-${traceId}-xyz-01`, 'x-request-id': requestId },
    });

    await eventually(async () => {
      const [span] = recorder
        .spans()
        .filter(({ attributes }) => attributes['flashreserve.request_id'] === requestId);
      expect(span).toMatchObject({ name: 'GET /products', parentId: undefined });
      expect(span?.traceId).not.toBe(traceId);
    }, 5_000);
  });

  it('spans contain no secrets, no personal data and no health checks', async () => {
    await shop.rest('GET', '/healthz');
    await shop.rest('GET', '/products?available=true&pageToken=secret-in-a-query');

    const spans = JSON.stringify(recorder.spans());

    for (const secret of [
      buyer.email,
      buyer.userId,
      buyer.token,
      buyer.refreshToken,
      PASSWORD,
      'secret-in-a-query',
      'Bearer',
      'healthz',
    ]) {
      expect(spans).not.toContain(secret);
    }
    expect(recorder.spans().map(({ name }) => name)).not.toContain('ping');
  });
});
