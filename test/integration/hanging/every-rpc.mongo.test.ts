import { createHealthProbe, type DomainError, fromServiceError } from '@flashreserve/rpc';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { newApiClient } from '../../support/api-clients';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { type InProcessStack, startInProcessStack } from '../../support/in-process-stack';
import { createShop, reservationOf, type Shop } from '../../support/shop';
import { type StoreProxy, startStoreProxy } from '../../support/store-proxy';
import { testStores, uniquePrefix } from '../../support/stores';
import { type Caller, fetchServiceToken } from '../security/rpc-callers';
import { effectiveRequests, RPCS, type Rpc, type ServiceName } from '../security/rpc-requests';
import { TABLE } from '../security/rpc-table';
import { leftWaiting } from './left-waiting';

// Goal: while the store hangs (connections stay open and nothing is answered), every RPC is
// answered by its deadline, readiness reports it, nothing is left behind, and everything recovers
// once the store is back. Method: the real services on a store behind a proxy; every RPC of the
// proto files is called directly with a short deadline.

const DEADLINE_MS = 1_000;
/** Slack for a busy machine. */
const MARGIN_MS = 5_000;
/** Twice the guaranteed time, for a busy machine. */
const BACK_MS = 2_000 + 2_000;
/** A ping may take 2 s, and there is one every second. */
const NOTICED_MS = 5_000 + 5_000;

/** By then store calls without a waiting caller have ended. */
const STORE_LIMIT_MS = 10_000;

const SERVICES = ['auth', 'catalog', 'reservation'] as const;

interface Answer {
  readonly error: DomainError | undefined;
  readonly ms: number;
}

let store: StoreProxy;
let stack: InProcessStack;
let shop: Shop;
let clients: Readonly<Record<ServiceName, Client>>;
let tokens: Partial<Record<Caller, string>>;
let requests: Readonly<Record<string, object>>;
const metricsPorts = new Map<string, number>();
const answers = new Map<string, Answer>();

const callerOf = ({ name }: Rpc): Caller => {
  const row = TABLE[name];
  // Services first: an administrator may name itself only as the customer.
  const callers = ['customer', 'reservation', 'expiry-worker', 'gateway', 'admin'] as const;
  const caller = callers.find((candidate) => row?.[candidate] === 'in');
  if (caller === undefined) throw new Error(`Nobody may call ${name}.`);
  return caller;
};

const call = (rpc: Rpc): Promise<Answer> => {
  const { service, method, name } = rpc;
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${tokens[callerOf(rpc)]}`);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const end = (error?: ServiceError): void => {
      const ms = performance.now() - startedAt;
      resolve({ error: error && fromServiceError(error), ms });
    };
    const asIs = (bytes: Buffer): Buffer => bytes;
    const stream = clients[service].makeServerStreamRequest(
      method.path,
      asIs,
      asIs,
      method.requestSerialize(requests[name]),
      metadata,
      { deadline: Date.now() + DEADLINE_MS },
    );
    stream.once('data', () => {
      end();
      stream.cancel();
    });
    stream.once('end', () => end());
    stream.on('error', end);
  });
};

const isServing = async (): Promise<readonly boolean[]> => {
  const probes = SERVICES.map((service) => createHealthProbe(stack.grpc[service]));
  const serving = await Promise.all(probes.map((probe) => probe.isServing(1_000)));
  for (const probe of probes) probe.close();
  return serving;
};

beforeAll(async () => {
  store = await startStoreProxy(testStores().mongoUri);
  for (const name of SERVICES) metricsPorts.set(name, await freePort());
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { MONGO_URI: store.uri },
    envOf: (component) => {
      const port = metricsPorts.get(component);
      return port === undefined ? {} : { METRICS_PORT: String(port) };
    },
  });
  shop = createShop(stack.urls[0], stack.env);
  const connect = (service: ServiceName) =>
    new Client(stack.grpc[service], credentials.createInsecure());
  clients = {
    auth: connect('auth'),
    catalog: connect('catalog'),
    reservation: connect('reservation'),
  };
  const serviceToken = (id: string) => fetchServiceToken(stack.grpc.auth, stack.env, id);
  const buyer = await shop.newBuyer();
  const productId = await shop.newProduct(100);
  const { reservationId } = reservationOf(await shop.reserve(buyer, productId));
  const adminToken = await shop.adminToken();
  const scopes = ['products:write'] as const;
  const apiClient = await newApiClient(stack.grpc.auth, { adminToken, scopes });
  requests = {
    ...effectiveRequests({ buyer, productId, reservationId, apiClient }),
    'auth.issueServiceToken': {
      clientId: 'gateway',
      clientSecret: stack.env['GATEWAY_CLIENT_SECRET'],
    },
  };
  tokens = {
    customer: buyer.token,
    admin: adminToken,
    reservation: await serviceToken('reservation'),
    'expiry-worker': await serviceToken('expiry-worker'),
    gateway: await serviceToken('gateway'),
  };
  // Keys and tokens that services fetch on their first call are cached before the store hangs.
  for (const rpc of RPCS.filter(({ name }) => /\.(?:get|list)/.test(name))) await call(rpc);

  store.freeze();
  await Promise.all(RPCS.map(async (rpc) => answers.set(rpc.name, await call(rpc))));
});

afterAll(async () => {
  for (const client of Object.values(clients)) client.close();
  store.heal();
  await shop.expectCleanAudit();
  await stack.stop();
  await store.stop();
});

describe('while the store hangs', () => {
  it.each(RPCS.map(({ name }) => name))(
    '%s is answered by its deadline while the store hangs',
    (name) => {
      const { error, ms } = answers.get(name) ?? { error: undefined, ms: Infinity };

      expect(ms).toBeLessThan(DEADLINE_MS + MARGIN_MS);
      // Succeeds only if the response does not need the store.
      if (error !== undefined) expect(error.kind).toMatch(/^(?:deadline|unavailable|exhausted)$/);
    },
  );

  it('every service reports NOT_SERVING while the store hangs', async () => {
    await eventually(
      async () => expect(await isServing()).toEqual([false, false, false]),
      NOTICED_MS,
    );
  });

  it('no group commit entry or write is left behind after the store hung', async () => {
    for (const [service, port] of metricsPorts) {
      const url = `http://127.0.0.1:${port}/metrics`;
      expect([service, await leftWaiting(url, 'entries')]).toEqual([service, 0]);
      await eventually(async () => {
        expect([service, await leftWaiting(url, 'writes')]).toEqual([service, 0]);
      }, STORE_LIMIT_MS + MARGIN_MS);
    }
  });
});

describe('after the store is back', () => {
  it('every service serves and sells again once the store is back', async () => {
    const buyer = { token: tokens.customer ?? '', userId: '', email: '', refreshToken: '' };
    const request = requests['reservation.reserve'] as {
      readonly lines: readonly { readonly productId: string }[];
    };
    store.heal();

    await eventually(async () => {
      expect(await isServing()).toEqual([true, true, true]);
      const reserved = await shop.reserve(buyer, request.lines[0]?.productId ?? '');
      expect(reserved.status).toBe(201);
      const { reservationId } = reservationOf(reserved);
      expect((await shop.confirm(buyer, reservationId)).status).toBe(200);
    }, BACK_MS);
  });
});
