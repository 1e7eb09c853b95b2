import { createApp as createCatalog } from '@flashreserve/catalog';
import { CatalogServiceClient, type HoldState } from '@flashreserve/contracts/catalog';
import {
  type Reservation,
  ReservationServiceClient,
  ReservationStatus,
  type ReserveRequest,
  type ReturnReservationRequest,
} from '@flashreserve/contracts/reservation';
import {
  type Clock,
  createLifecycle,
  createSilentLogger,
  type Logger,
  loadConfig,
  newId,
} from '@flashreserve/ops';
import { createApp as createReservation } from '@flashreserve/reservation';
import { createClient, type DomainError } from '@flashreserve/rpc';
import { configSchema as catalogConfigSchema } from '../../../services/catalog/src/config';
import { configSchema as reservationConfigSchema } from '../../../services/reservation/src/config';
import { eventually } from '../../support/eventually';
import { callPatiently, keyForRepeats } from '../../support/patient-calls';
import { testStores, uniquePrefix } from '../../support/stores';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { startTestAuth } from '../../support/test-auth-server';

export const TTL_SECONDS = 60;
const SECRET = 'a secret that is only used in these tests';
const HOST = '127.0.0.1';
const CALL_TIMEOUT_MS = 20_000;

export interface InstanceOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly redisUrl?: string;
  readonly mongoUri?: string;
  readonly catalogTarget?: string;
  /** Overrides of environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

/** A customer's order; every field of the request message may be set. */
export type ReserveInput = Partial<ReserveRequest> & { readonly lines: Line[] };

const deadline = (): Date => new Date(Date.now() + CALL_TIMEOUT_MS);

/** Returns the error of a failed call; throws if the call succeeds. */
export const refusalOf = async (call: Promise<unknown>): Promise<DomainError> => {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: DomainError) => ({ error }),
  );
  if ('value' in outcome)
    throw new Error(`Expected a refusal, got ${JSON.stringify(outcome.value)}`);
  return outcome.error;
};

/** Returns the responses that are not replays. */
export const firstOnes = <Response extends { readonly replayed: boolean }>(
  responses: readonly Response[],
): Response[] => responses.filter(({ replayed }) => !replayed);

/** Returns the reservation of a response; throws if there is none. */
export const reservationOf = (response: {
  readonly reservation?: Reservation | undefined;
}): Reservation => {
  if (response.reservation === undefined) throw new Error('The response has no reservation.');
  return response.reservation;
};

/**
 * A client of one or more instances. Acts as a customer, or as a service if the customer id is
 * empty.
 */
const createReservationApi = (target: string, tokenOf: (customerId: string) => string) => {
  const client = createClient(ReservationServiceClient, target, {
    serviceName: 'flashreserve.reservation.v1.ReservationService',
    idempotentMethods: [],
  });
  const as = (customerId: string) => ({ token: tokenOf(customerId), deadline: deadline() });
  const one = (reservationId: string) => ({ customerId: '', reservationId });
  return {
    client,
    reserve: (customerId: string, input: ReserveInput) =>
      callPatiently(
        client,
        'reserve',
        {
          customerId: '',
          idempotencyKey: '',
          requestId: input.idempotencyKey === undefined ? keyForRepeats('') : '',
          ...input,
        },
        as(customerId),
      ),
    confirm: (customerId: string, reservationId: string) =>
      callPatiently(client, 'confirmReservation', one(reservationId), as(customerId)),
    cancel: (customerId: string, reservationId: string) =>
      callPatiently(client, 'cancelReservation', one(reservationId), as(customerId)),
    /** As a service that acts for the customer, like the following ones. */
    reserveFor: (customerId: string, input: ReserveInput) =>
      callPatiently(
        client,
        'reserve',
        {
          idempotencyKey: '',
          requestId: input.idempotencyKey === undefined ? keyForRepeats('') : '',
          ...input,
          customerId,
        },
        as(''),
      ),
    confirmFor: (customerId: string, reservationId: string) =>
      callPatiently(client, 'confirmReservation', { customerId, reservationId }, as('')),
    cancelFor: (customerId: string, reservationId: string) =>
      callPatiently(client, 'cancelReservation', { customerId, reservationId }, as('')),
    revive: (customerId: string, reservationId: string) =>
      callPatiently(client, 'reviveReservation', { customerId, reservationId }, as('')),
    /** Everything that is left, and on sale again, unless the input says otherwise. */
    giveBack: (
      customerId: string,
      reservationId: string,
      input: Partial<ReturnReservationRequest> = {},
    ) =>
      callPatiently(
        client,
        'returnReservation',
        {
          customerId,
          reservationId,
          lines: [],
          writeOff: false,
          reason: 'too small',
          idempotencyKey: '',
          requestId: input.idempotencyKey === undefined ? keyForRepeats('') : '',
          ...input,
        },
        as(''),
      ),
    extend: (customerId: string, reservationId: string, seconds: number, requestId = newId()) =>
      callPatiently(
        client,
        'extendReservation',
        { customerId, reservationId, seconds, requestId },
        as(''),
      ),
    get: (customerId: string, reservationId: string) =>
      callPatiently(client, 'getReservation', one(reservationId), as(customerId)),
    list: (
      customerId: string,
      page: {
        readonly status?: ReservationStatus;
        readonly pageSize?: number;
        readonly pageToken?: string;
      } = {},
    ) =>
      callPatiently(
        client,
        'listReservations',
        {
          customerId: '',
          status: ReservationStatus.RESERVATION_STATUS_UNSPECIFIED,
          pageSize: 0,
          pageToken: '',
          ...page,
        },
        as(customerId),
      ),
    expire: async (reservationIds: string[]) => {
      const { verdicts } = await callPatiently(
        client,
        'expireReservations',
        { reservationIds },
        as(''),
      );
      return verdicts;
    },
  };
};

export type ReservationApi = ReturnType<typeof createReservationApi>;

const createCatalogApi = (
  target: string,
  tokens: { readonly admin: string; readonly service: string },
) => {
  const client = createClient(CatalogServiceClient, target, {
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    idempotentMethods: [],
  });
  const asService = () => ({ token: tokens.service, deadline: deadline() });
  const stockOf = async (productId: string) => {
    const { audits } = await callPatiently(
      client,
      'auditStock',
      { productIds: [productId], pageSize: 1, pageToken: '' },
      asService(),
    );
    const [audit] = audits;
    if (audit?.consistent !== true) throw new Error(`Not consistent: ${JSON.stringify(audit)}`);
    return {
      available: audit.availableUnits,
      held: audit.heldUnits,
      sold: audit.soldUnits,
      ...(audit.writtenOffUnits > 0 && { writtenOff: audit.writtenOffUnits }),
    };
  };
  return {
    client,
    newProduct: async (stockUnits: number): Promise<string> => {
      const { product } = await callPatiently(
        client,
        'createProduct',
        {
          name: 'Ticket',
          description: '',
          price: { minorUnits: 1_999, currencyCode: 'EUR' },
          stockUnits,
          requestId: keyForRepeats(''),
        },
        { token: tokens.admin, deadline: deadline() },
      );
      if (product === undefined) throw new Error('The response has no product.');
      return product.productId;
    },
    /** Returns a product's counters; throws unless the audit finds them consistent. */
    stockOf,
    /** Waits for the counters: a confirmation is answered before its hold is settled. */
    expectStock: (productId: string, stock: Partial<Awaited<ReturnType<typeof stockOf>>>) =>
      eventually(
        async () => expect(await stockOf(productId)).toMatchObject(stock),
        CALL_TIMEOUT_MS,
      ),
    takeHold: (hold: {
      readonly reservationId: string;
      readonly customerId: string;
      readonly lines: Line[];
      readonly expireTime: Date;
    }) => callPatiently(client, 'decrementStock', hold, asService()),
    restore: (reservationIds: string[]) =>
      callPatiently(client, 'restoreStock', { reservationIds }, asService()),
    commit: (reservationIds: string[]) =>
      callPatiently(client, 'commitStock', { reservationIds }, asService()),
    /** Reads a hold's state without changing it, by retrying the decrement that created it. */
    holdStateOf: async (reservation: Reservation): Promise<HoldState | undefined> => {
      const { hold } = await callPatiently(
        client,
        'decrementStock',
        {
          reservationId: reservation.reservationId,
          customerId: reservation.customerId,
          lines: reservation.lines,
          expireTime: new Date(Date.now() + CALL_TIMEOUT_MS),
        },
        asService(),
      );
      return hold?.state;
    },
  };
};

/**
 * Starts a fake auth and the real catalog, with a separate database and queue. Tests start the
 * reservation instances they need.
 */
export const startHarness = async () => {
  const prefix = uniquePrefix();
  const { mongoUri, redisUrl } = testStores();
  const log = createSilentLogger();
  const lifecycle = createLifecycle({ log, stepTimeoutMs: 10_000 });
  const auth = await startTestAuth();
  lifecycle.onStop('auth', auth.stop);
  const env = {
    HOST,
    MONGO_URI: mongoUri,
    MONGO_DB_PREFIX: prefix,
    REDIS_PREFIX: prefix,
    AUTH_ADDRESS: auth.target,
    CATALOG_CLIENT_SECRET: SECRET,
    CATALOG_GRPC_PORT: '0',
    RESERVATION_CLIENT_SECRET: SECRET,
    RESERVATION_GRPC_PORT: '0',
    RESERVATION_TTL_SECONDS: String(TTL_SECONDS),
  };

  const catalogApp = await createCatalog(loadConfig(catalogConfigSchema, env), { log });
  lifecycle.onStop('catalog', catalogApp.stop);
  const catalogTarget = `${HOST}:${catalogApp.port}`;
  const catalog = createCatalogApi(catalogTarget, {
    admin: auth.userToken(newId(), 'ADMIN'),
    service: auth.serviceToken('reservation'),
  });
  lifecycle.onStop('catalog client', () => {
    catalog.client.close();
  });

  const connect = (...ports: readonly number[]): ReservationApi => {
    const target = `ipv4:${ports.map((port) => `${HOST}:${port}`).join(',')}`;
    const api = createReservationApi(target, (customerId) =>
      customerId === '' ? auth.serviceToken('expiry-worker') : auth.userToken(customerId),
    );
    lifecycle.onStop('reservation client', () => {
      api.client.close();
    });
    return api;
  };

  /** Starts an instance; returns its port. */
  const startInstance = async (options: InstanceOptions = {}): Promise<number> => {
    const config = loadConfig(reservationConfigSchema, {
      ...env,
      REDIS_URL: options.redisUrl ?? redisUrl,
      MONGO_URI: options.mongoUri ?? mongoUri,
      CATALOG_ADDRESS: options.catalogTarget ?? catalogTarget,
      // A test clock stands still, which the clock guard would refuse.
      ...(options.clock && { CLOCK_SKEW_MAX_MS: '0' }),
      ...options.env,
    });
    const app = await createReservation(config, {
      log: options.log ?? log,
      ...(options.clock && { clock: options.clock }),
    });
    lifecycle.onStop('reservation', app.stop);
    return app.port;
  };

  return {
    prefix,
    redisUrl,
    mongoUri,
    auth,
    catalog,
    catalogPort: catalogApp.port,
    startInstance,
    connect,
    /** Starts an instance and connects a client to it. */
    start: async (options: InstanceOptions = {}): Promise<ReservationApi> =>
      connect(await startInstance(options)),
    /** Starts a proxy that stops with the harness, even if a test fails. */
    startProxy: async (target: Parameters<typeof startTcpProxy>[0]): Promise<TcpProxy> => {
      const proxy = await startTcpProxy(target);
      lifecycle.onStop('proxy', proxy.stop);
      return proxy;
    },
    stop: lifecycle.stop,
  };
};

export type Harness = Awaited<ReturnType<typeof startHarness>>;
