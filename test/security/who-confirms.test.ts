import type { ReservationServiceServer } from '@flashreserve/contracts/reservation';
import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { callUnary, createClient, type UnaryCallOptions } from '@flashreserve/rpc';
import { readDocument } from '../bad-input/rest/openapi';
import { fetchGuestToken } from '../integration/security/rpc-callers';
import { newApiClient } from '../support/api-clients';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createShop, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: nobody makes a sale who may not. Method: every route of the OpenAPI document and every RPC
// that acts on an existing reservation is called by every caller, on a pending reservation of its
// own, or of somebody else for API clients. Afterwards the reservation is CONFIRMED exactly if the
// operation confirms and the caller may.

const USERS = ['guest', 'user', 'admin'] as const;
const CLIENTS = ['client with every other scope', 'client that confirms'] as const;
const CALLERS = [...USERS, ...CLIENTS];
type Caller = (typeof CALLERS)[number];

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

const mine = (reservationId: string) => ({ customerId: '', reservationId });

/** Calls of the RPCs that act on an existing reservation; the type has every RPC. */
const RPCS: Readonly<Record<keyof ReservationServiceServer, Call | undefined>> = {
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
  getReservation: (client, id, options) => callUnary(client, 'getReservation', mine(id), options),
  expireReservations: (client, id, options) =>
    callUnary(client, 'expireReservations', { reservationIds: [id] }, options),
};
/** The only RPC that confirms for users and API clients. */
const CONFIRMING_RPC = 'confirmReservation';

const CONFIRMING_ROUTES = [
  'POST /reservations/confirm/{reservationId}',
  'POST /reservations/{reservationId}/confirm',
];

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

  /** A pending reservation of the caller; API clients take one of somebody else. */
  const reserveFor = async (caller: Caller): Promise<string> => {
    const { shop, productId, tokens } = world;
    const body = isUser(caller) ? {} : { customerId: 'shop|somebody' };
    const token = tokens[isUser(caller) ? caller : 'client with every other scope'];
    return reservationOf(await shop.rest('POST', `/reservations/${productId}`, { token, body }))
      .reservationId;
  };
  const isConfirmed = async (reservationId: string): Promise<boolean> => {
    const token = world.tokens['client with every other scope'];
    const path = `/reservations/${reservationId}`;
    return reservationOf(await world.shop.rest('GET', path, { token })).status === 'CONFIRMED';
  };
  const confirmersOf = async (
    act: (caller: Caller, reservationId: string) => Promise<unknown>,
  ): Promise<Caller[]> => {
    const confirmers: Caller[] = [];
    for (const caller of CALLERS) {
      const reservationId = await reserveFor(caller);
      await act(caller, reservationId);
      if (await isConfirmed(reservationId)) confirmers.push(caller);
    }
    return confirmers;
  };

  it('over REST exactly the allowed callers confirm, on exactly the two routes for it', async () => {
    const { shop, tokens } = world;
    const { operations } = readDocument((await shop.rest('GET', '/openapi.json')).body as object);
    const routes = operations.filter(
      ({ template }) => template.startsWith('/reservations') && /\{\w+\}/.test(template),
    );
    expect(routes.length).toBeGreaterThan(5);

    for (const { method, template } of routes) {
      const name = `${method} ${template}`;
      const confirmers = await confirmersOf((caller, id) =>
        shop.rest(method, template.replace(/\{\w+\}/, id), { token: tokens[caller] }),
      );
      const expected = CONFIRMING_ROUTES.includes(name) ? CALLERS.filter(mayConfirm) : [];
      expect([name, confirmers]).toEqual([name, expected]);
    }
  });

  it('over gRPC exactly the allowed callers confirm, by exactly one RPC', async () => {
    const { reservations, tokens } = world;
    for (const [name, call] of Object.entries(RPCS)) {
      if (call === undefined) continue;
      const confirmers = await confirmersOf((caller, id) =>
        call(reservations, id, {
          token: tokens[caller],
          deadline: new Date(Date.now() + 20_000),
        }).catch((error: unknown) => error),
      );
      const expected = name === CONFIRMING_RPC ? CALLERS.filter(mayConfirm) : [];
      expect([name, confirmers]).toEqual([name, expected]);
    }
  });
});
