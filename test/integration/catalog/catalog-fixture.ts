import { createApp } from '@flashreserve/catalog';
import {
  CatalogServiceClient,
  type Hold,
  type Product,
  type StockAudit,
  type StockLine,
} from '@flashreserve/contracts/catalog';
import {
  type Clock,
  createLifecycle,
  createSilentLogger,
  loadConfig,
  newId,
} from '@flashreserve/ops';
import { type callUnary, createClient, type DomainError } from '@flashreserve/rpc';
import { type Connection, createConnection } from 'mongoose';
import { configSchema } from '../../../services/catalog/src/config';
import { callPatiently } from '../../support/patient-calls';
import { testStores, uniquePrefix } from '../../support/stores';
import { startTestAuth, type TestAuth } from '../../support/test-auth-server';

type Method = Exclude<keyof typeof CatalogServiceClient.service, 'prototype' | 'watchStock'>;
type RequestOf<Name extends Method> = Parameters<typeof callUnary<CatalogServiceClient, Name>>[2];

export interface CallOptions {
  /**
   * A token; undefined calls without one. Defaults to what the method requires: a service's or an
   * administrator's.
   */
  readonly token?: string | undefined;
  /** Index of the instance to call. */
  readonly instance?: number;
  readonly timeoutMs?: number;
}

/** The units to hold; every field of the request message may be set. */
export interface TakeInput {
  readonly lines: StockLine[];
  readonly reservationId?: string;
  readonly customerId?: string;
  readonly expireTime?: Date | undefined;
  readonly holdTime?: { readonly seconds: number; readonly nanos: number };
}

export interface CatalogSettings {
  readonly instances?: number;
  readonly prefix?: string;
  /** The store of the instances; defaults to the tests' store. */
  readonly mongoUri?: string;
  /** Defaults to the system clock. */
  readonly clock?: Clock;
  /** Overrides of environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

const CALL_TIMEOUT_MS = 20_000;
const HOST = '127.0.0.1';

export const CUSTOMER = '0190a000-0000-7000-8000-000000000001';

export const inMs = (ms: number): Date => new Date(Date.now() + ms);

/** Asserts that a value is present. */
export const given = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new TypeError('A value is missing in a response.');
  return value;
};

/** Returns the error of a refused call; fails if the call succeeds. */
export const refusalOf = async (call: Promise<unknown>): Promise<DomainError> => {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: DomainError) => ({ error }),
  );
  if ('value' in outcome) {
    throw new Error(`Expected a refusal, got ${JSON.stringify(outcome.value)}`);
  }
  return outcome.error;
};

/** Counts the outcomes of calls: "ok", or the reason of the error. */
export const countOutcomes = async (
  calls: readonly Promise<unknown>[],
): Promise<Readonly<Record<string, number>>> => {
  const reasons = await Promise.all(
    calls.map((call) =>
      call.then(
        () => 'ok',
        ({ reason }: DomainError) => reason,
      ),
    ),
  );
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

const connectClient = (target: string): CatalogServiceClient =>
  createClient(CatalogServiceClient, target, {
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    idempotentMethods: [],
  });

const startInstance = (options: {
  readonly target: string;
  readonly prefix: string;
  readonly mongoUri: string;
  readonly settings: CatalogSettings;
}) =>
  createApp(
    loadConfig(configSchema, {
      HOST,
      CATALOG_GRPC_PORT: '0',
      MONGO_URI: options.mongoUri,
      MONGO_DB_PREFIX: options.prefix,
      AUTH_ADDRESS: options.target,
      CATALOG_CLIENT_SECRET: 'a secret that is only used in these tests',
      ...options.settings.env,
    }),
    {
      log: createSilentLogger(),
      ...(options.settings.clock && { clock: options.settings.clock }),
    },
  );

type Call = <Name extends Method>(
  name: Name,
  request: RequestOf<Name>,
  options?: CallOptions,
) => ReturnType<typeof callUnary<CatalogServiceClient, Name>>;

/** Shortcuts for the most common calls. */
const createShortcuts = (call: Call) => {
  const settle = async (
    method: 'restoreStock' | 'commitStock',
    reservationIds: readonly string[],
    options?: CallOptions,
  ) => (await call(method, { reservationIds: [...reservationIds] }, options)).settlements;
  return {
    newProduct: async (stockUnits: number, options?: CallOptions): Promise<Product> => {
      const price = { minorUnits: 1_999, currencyCode: 'USD' };
      const request = { name: 'Lamp', description: '', price, stockUnits, requestId: newId() };
      return given((await call('createProduct', request, options)).product);
    },
    product: async (productId: string): Promise<Product> =>
      given((await call('getProduct', { productId })).product),
    take: async (
      input: TakeInput,
      options?: CallOptions,
    ): Promise<{ readonly hold: Hold; readonly replayed: boolean }> => {
      const { hold, replayed } = await call(
        'decrementStock',
        { reservationId: newId(), customerId: CUSTOMER, expireTime: inMs(600_000), ...input },
        options,
      );
      return { hold: given(hold), replayed };
    },
    restore: (ids: readonly string[], options?: CallOptions) =>
      settle('restoreStock', ids, options),
    /** Returns units of a sold hold; on sale again unless the input says otherwise. */
    giveBack: (
      input: Partial<RequestOf<'returnStock'>> &
        Pick<RequestOf<'returnStock'>, 'reservationId' | 'lines'>,
      options?: CallOptions,
    ) =>
      call(
        'returnStock',
        { returnId: newId(), writeOff: false, reason: 'too small', ...input },
        options,
      ),
    commit: (ids: readonly string[], options?: CallOptions) => settle('commitStock', ids, options),
    audit: async (productId: string, options?: CallOptions): Promise<StockAudit> => {
      const request = { productIds: [productId], pageSize: 0, pageToken: '' };
      const { audits } = await call('auditStock', request, options);
      return given(audits[0]);
    },
  };
};

const ADMIN_METHODS: ReadonlySet<string> = new Set([
  'createProduct',
  'updateProduct',
  'adjustStock',
]);

const createCall =
  (clients: readonly CatalogServiceClient[], auth: TestAuth): Call =>
  (name, request, options = {}) => {
    const component = name === 'listOverdueHolds' ? 'expiry-worker' : 'reservation';
    const usual = ADMIN_METHODS.has(name)
      ? auth.userToken('admin', 'ADMIN')
      : auth.serviceToken(component);
    return callPatiently(given(clients[options.instance ?? 0]), name, request, {
      token: 'token' in options ? options.token : usual,
      deadline: inMs(options.timeoutMs ?? CALL_TIMEOUT_MS),
    });
  };

/**
 * Returns the counters of an audit, with `writtenOff` only if there are such units; throws unless
 * it is consistent.
 */
export const soundStock = (audit: StockAudit) => {
  if (!audit.consistent) throw new Error(`Not consistent: ${JSON.stringify(audit)}`);
  return {
    available: audit.availableUnits,
    held: audit.heldUnits,
    sold: audit.soldUnits,
    ...(audit.writtenOffUnits > 0 && { writtenOff: audit.writtenOffUnits }),
  };
};

/** Starts one or more catalog instances on a separate database, with real gRPC clients. */
export const startCatalog = async (settings: CatalogSettings = {}) => {
  const { instances = 1, prefix = uniquePrefix(), mongoUri = testStores().mongoUri } = settings;
  const lifecycle = createLifecycle({ log: createSilentLogger(), stepTimeoutMs: 10_000 });
  const auth = await startTestAuth();
  lifecycle.onStop('auth', auth.stop);
  const connection: Connection = await createConnection(testStores().calmMongoUri, {
    dbName: `${prefix}_catalog`,
  }).asPromise();
  lifecycle.onStop('connection', () => connection.close());
  lifecycle.onStop('database', () => connection.dropDatabase());

  // All at once, like an orchestrator, on an empty database.
  const apps = await Promise.all(
    Array.from({ length: instances }, () =>
      startInstance({ target: auth.target, prefix, mongoUri, settings }),
    ),
  );
  const clients = apps.map(({ port }) => connectClient(`${HOST}:${port}`));
  lifecycle.onStop('instances', async () => {
    await Promise.all(apps.map(({ stop }) => stop()));
  });
  lifecycle.onStop('clients', () => {
    for (const client of clients) client.close();
  });
  const call = createCall(clients, auth);
  return {
    auth,
    apps,
    clients,
    call,
    ...createShortcuts(call),
    /** A raw collection, for checks and changes that no RPC offers. */
    collection: (name: string) =>
      connection.getClient().db(`${prefix}_catalog`).collection<{ _id: string }>(name),
    stop: lifecycle.stop,
  };
};

export type Catalog = Awaited<ReturnType<typeof startCatalog>>;
