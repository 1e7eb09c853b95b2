import { randomUUID } from 'node:crypto';
import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { callUnary, createClient, type UnaryCallOptions } from '@flashreserve/rpc';
import { readDocument } from '../bad-input/rest/openapi';
import { fetchGuestToken } from '../integration/security/rpc-callers';
import { newApiClient } from '../support/api-clients';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createShop, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: nobody makes a sale who may not. Method: every route of the OpenAPI document and every RPC
// that acts on an existing reservation is called by every caller, on a pending and on an expired
// reservation of its own, or of somebody else for API clients. Afterwards there is a CONFIRMED one
// exactly if the operation confirms or revives and the caller may.

const USERS = ['guest', 'user', 'admin'] as const;
const CLIENTS = ['client with every other scope', 'client that confirms'] as const;
const CALLERS = [...USERS, ...CLIENTS];
type Caller = (typeof CALLERS)[number];

interface ListedReservation {
  readonly status: string;
  readonly externalReference: string;
}

interface World {
  readonly stack: InProcessStack;
  readonly shop: Shop;
  readonly productId: string;
  readonly tokens: Readonly<Record<Caller, string>>;
  readonly reservations: ReservationServiceClient;
}

type Call = (
  client: ReservationServiceClient,
  reservationId: string,
  options: UnaryCallOptions,
) => Promise<unknown>;

type Rpc = Exclude<keyof typeof ReservationServiceClient.service, 'prototype'>;

const mine = (reservationId: string) => ({ customerId: '', reservationId });

/** Calls of the RPCs that act on an existing reservation; the type has every RPC. */
const RPCS: Readonly<Record<Rpc, Call | undefined>> = {
  reserve: undefined,
  batchReserve: undefined,
  listReservations: undefined,
  confirmReservation: (client, id, options) =>
    callUnary(client, 'confirmReservation', mine(id), options),
  cancelReservation: (client, id, options) =>
    callUnary(client, 'cancelReservation', mine(id), options),
  batchResolve: (client, id, options) => {
    const confirm = { $case: 'confirm' as const, value: mine(id) };
    const requests = [{ action: confirm, anyCustomer: true }];
    return callUnary(client, 'batchResolve', { requests }, options);
  },
  extendReservation: (client, id, options) =>
    callUnary(client, 'extendReservation', { ...mine(id), seconds: 1, requestId: '' }, options),
  reviveReservation: (client, id, options) =>
    callUnary(client, 'reviveReservation', mine(id), options),
  returnReservation: (client, id, options) => {
    const wanted = { lines: [], writeOff: false, reason: 'x', idempotencyKey: '', requestId: '' };
    return callUnary(client, 'returnReservation', { ...mine(id), ...wanted }, options);
  },
  getReservation: (client, id, options) => callUnary(client, 'getReservation', mine(id), options),
  expireReservations: (client, id, options) =>
    callUnary(client, 'expireReservations', { reservationIds: [id] }, options),
};
/** Over REST and gRPC, the only operations that make a sale of a pending reservation. */
const CONFIRMING = [
  'confirmReservation',
  'POST /reservations/confirm/{reservationId}',
  'POST /reservations/{reservationId}/confirm',
];
/** The only ones that make a sale of an expired one. */
const REVIVING = [
  'reviveReservation',
  'POST /reservations/revive/{reservationId}',
  'POST /reservations/{reservationId}/revive',
];
const EXPIRY_MS = 15_000;

const userIdOf = (token: string): string =>
  String(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub);

const startWorld = async (confirmBy: string): Promise<World> => {
  const stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { CONFIRM_BY: confirmBy, RESERVATIONS_PER_SECOND_PER_GUEST: '0' },
  });
  const shop = createShop(stack.urls[0], stack.env);
  const adminToken = await shop.adminToken();
  const clientOf = async (...scopes: Parameters<typeof newApiClient>[1]['scopes']) =>
    (await newApiClient(stack.grpc.auth, { adminToken, scopes })).token;
  return {
    stack,
    shop,
    productId: await shop.newProduct(1_000),
    tokens: {
      guest: await fetchGuestToken(stack.grpc.auth),
      user: (await shop.newBuyer()).token,
      admin: adminToken,
      'client with every other scope': await clientOf(
        'reservations:read',
        'reservations:write',
        'products:write',
        'sales:write',
        'events:read',
        'webhooks:write',
        'customers:read',
      ),
      'client that confirms': await clientOf('reservations:confirm'),
    },
    reservations: createClient(ReservationServiceClient, stack.grpc.reservation, {
      serviceName: 'flashreserve.reservation.v1.ReservationService',
      idempotentMethods: [],
    }),
  };
};

describe.each(['customer', 'backend'])('with CONFIRM_BY=%s', (confirmBy) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(confirmBy);
  });
  afterAll(async () => {
    world.reservations.close();
    await world.shop.expectCleanAudit();
    await world.stack.stop();
  });

  const isUser = (caller: Caller): boolean => USERS.some((user) => user === caller);
  const mayConfirm = (caller: Caller): boolean =>
    caller === 'client that confirms' || (isUser(caller) && confirmBy === 'customer');
  const mayRevive = (caller: Caller): boolean =>
    caller === 'client that confirms' || (caller === 'admin' && confirmBy === 'customer');

  const allClients = () => world.tokens['client with every other scope'];
  /** A pending reservation of the caller; API clients take one of somebody else. */
  const reserveFor = async (caller: Caller, holdSeconds = 600): Promise<string> => {
    const { shop, productId, tokens } = world;
    const customerId = isUser(caller) ? userIdOf(tokens[caller]) : 'shop|somebody';
    const body = { customerId, holdSeconds, externalReference: randomUUID() };
    const sent = { token: allClients(), body };
    return reservationOf(await shop.rest('POST', `/reservations/${productId}`, sent)).reservationId;
  };
  const read = async (reservationId: string): Promise<ListedReservation> => {
    const { body } = await world.shop.rest('GET', `/reservations/${reservationId}`, {
      token: allClients(),
    });
    return body as ListedReservation;
  };
  /** Whether the reservation, or one that replaces it, is CONFIRMED. */
  const isSold = async (reservationId: string): Promise<boolean> => {
    const { externalReference } = await read(reservationId);
    const path = `/reservations?externalReference=${externalReference}&status=CONFIRMED`;
    const { body } = await world.shop.rest('GET', path, { token: allClients() });
    return (body as { readonly items: readonly object[] }).items.length > 0;
  };
  type Act = (caller: Caller, reservationId: string) => Promise<unknown>;

  /** Of each operation, the callers that made a sale. */
  const sellersOf = async (
    operations: ReadonlyMap<string, Act>,
    reservationsOf: (caller: Caller) => Promise<string>,
  ): Promise<readonly (readonly [string, readonly Caller[]])[]> => {
    const sellers: [string, Caller[]][] = [];
    for (const [name, act] of operations) {
      const found: Caller[] = [];
      for (const caller of CALLERS) {
        const reservationId = await reservationsOf(caller);
        await act(caller, reservationId);
        if (await isSold(reservationId)) found.push(caller);
      }
      sellers.push([name, found]);
    }
    return sellers;
  };
  /** One reservation for each operation and caller, all of which have expired. */
  const expiredOnes = async (count: number): Promise<(caller: Caller) => Promise<string>> => {
    const made = new Map<Caller, string[]>();
    for (const caller of CALLERS) {
      const ids = Array.from({ length: count }, () => reserveFor(caller, 1));
      made.set(caller, await Promise.all(ids));
    }
    for (const reservationId of [...made.values()].flat()) {
      await eventually(async () => {
        expect((await read(reservationId)).status).toBe('EXPIRED');
      }, EXPIRY_MS);
    }
    return async (caller) => made.get(caller)?.pop() ?? '';
  };

  const restOperations = async (): Promise<ReadonlyMap<string, Act>> => {
    const { shop, tokens } = world;
    const { operations } = readDocument((await shop.rest('GET', '/openapi.json')).body as object);
    const routes = operations.filter(
      ({ template }) => template.startsWith('/reservations') && /\{\w+\}/.test(template),
    );
    expect(routes.length).toBeGreaterThan(5);
    return new Map(
      routes.map(({ method, template }) => [
        `${method} ${template}`,
        (caller, id) =>
          shop.rest(method, template.replace(/\{\w+\}/, id), { token: tokens[caller] }),
      ]),
    );
  };
  const rpcOperations = async (): Promise<ReadonlyMap<string, Act>> =>
    new Map(
      Object.entries(RPCS).flatMap(([name, call]): readonly (readonly [string, Act])[] => {
        if (call === undefined) return [];
        const act: Act = (caller, id) =>
          call(world.reservations, id, {
            token: world.tokens[caller],
            deadline: new Date(Date.now() + 20_000),
          }).catch((error: unknown) => error);
        return [[name, act]];
      }),
    );

  describe.each([
    ['REST', restOperations],
    ['gRPC', rpcOperations],
  ])('over %s', (_protocol, operationsOf) => {
    it('exactly the allowed callers make a sale of a pending reservation, by confirming it', async () => {
      const operations = await operationsOf();

      expect(await sellersOf(operations, reserveFor)).toEqual(
        [...operations.keys()].map((name) => [
          name,
          CONFIRMING.includes(name) ? CALLERS.filter(mayConfirm) : [],
        ]),
      );
    });

    it('exactly the allowed callers make a sale of an expired reservation, by reviving it', async () => {
      const operations = await operationsOf();

      expect(await sellersOf(operations, await expiredOnes(operations.size))).toEqual(
        [...operations.keys()].map((name) => [
          name,
          REVIVING.includes(name) ? CALLERS.filter(mayRevive) : [],
        ]),
      );
    });
  });
});
