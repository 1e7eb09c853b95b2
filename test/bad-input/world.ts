import { randomUUID } from 'node:crypto';
import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { credentials } from '@grpc/grpc-js';
import { callPatiently } from '../support/patient-calls';
import { type ProcessStack, startProcessStack } from '../support/process-stack';
import { type Buyer, createShop, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';
import { connectState, type StateReader } from './state';

/** `service` is an external service; the last three are components. */
export type Role =
  | 'anonymous'
  | 'customer'
  | 'admin'
  | 'service'
  | 'garbage'
  | 'reservation'
  | 'expiry-worker'
  | 'gateway';

/** Processes with some data in their databases, and everything that a hostile client could know. */
export interface World {
  readonly stack: ProcessStack;
  readonly shop: Shop;
  readonly state: StateReader;
  readonly buyer: Buyer;
  readonly tokens: Readonly<Record<Role, string | undefined>>;
  readonly targets: Readonly<Record<'auth' | 'catalog' | 'reservation', string>>;
  readonly productIds: readonly string[];
  /** Reservations of the buyer: pending, confirmed, cancelled. */
  readonly reservationIds: readonly string[];
  /** A user whose role may be changed without affecting the run. */
  readonly bystanderId: string;
  /** Throws if a process has exited, was restarted, or has logged an error. */
  readonly expectHealthy: () => void;
  readonly stop: () => Promise<void>;
}

/** Long enough that nothing expires while the databases are compared. */
const DAY_SECONDS = 86_400;
const STOCK_UNITS = 1_000_000;
/** Pino's levels `error` and `fatal`. */
const ERROR_LINE = /^.*"level":(?:50|60|"error"|"fatal").*$/m;

const serviceToken = async (
  stack: ProcessStack,
  target: string,
  clientId: string,
): Promise<string> => {
  const client = new AuthServiceClient(target, credentials.createInsecure());
  const variable = `${clientId.replaceAll('-', '_').toUpperCase()}_CLIENT_SECRET`;
  const request = { clientId, clientSecret: stack.env[variable] ?? '' };
  const options = { deadline: new Date(Date.now() + 10_000) };
  const { accessToken } = await callPatiently(client, 'issueServiceToken', request, options);
  client.close();
  return accessToken;
};

const stockShop = async (shop: Shop, buyer: Buyer) => {
  const productIds = [await shop.newProduct(STOCK_UNITS), await shop.newProduct(0, 'Sold out')];
  const reservationIds: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    const made = await shop.reserve(buyer, productIds[0] ?? '', { quantity: 2 });
    reservationIds.push(reservationOf(made).reservationId);
  }
  await shop.confirm(buyer, reservationIds[1] ?? '');
  await shop.cancel(buyer, reservationIds[2] ?? '');
  return { productIds, reservationIds };
};

const watchHealth = (stack: ProcessStack): (() => void) => {
  const pids = (): number[] => stack.instances.map(({ label }) => stack.pidOf(label));
  const atStart = pids();
  return () => {
    expect(stack.output().match(ERROR_LINE)?.[0]).toBeUndefined();
    expect(pids()).toEqual(atStart);
  };
};

/** Starts the stack. `env` overrides variables. */
export const startWorld = async (): Promise<World> => {
  const seconds = String(DAY_SECONDS);
  const stack = await startProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: DAY_SECONDS,
    env: {
      ACCESS_TOKEN_TTL_SECONDS: seconds,
      SERVICE_TOKEN_TTL_SECONDS: seconds,
      // The clean-up of old data would write beside the requests.
      RETENTION_INTERVAL_SECONDS: '0',
    },
  });
  const addressOf = (name: string): string => stack.instances[0]?.env[name] ?? '';
  const targets = {
    auth: addressOf('AUTH_ADDRESS'),
    catalog: addressOf('CATALOG_ADDRESS'),
    reservation: addressOf('RESERVATION_ADDRESS'),
  };
  const shop = createShop(stack.urls[0], stack.env);
  const buyer = await shop.newBuyer();
  const state = await connectState(
    stack.env['MONGO_URI'] ?? '',
    stack.env['MONGO_DB_PREFIX'] ?? '',
  );
  return {
    stack,
    shop,
    state,
    buyer,
    targets,
    tokens: {
      anonymous: undefined,
      customer: buyer.token,
      admin: await shop.adminToken(),
      service: await serviceToken(stack, targets.auth, 'dev-service'),
      reservation: await serviceToken(stack, targets.auth, 'reservation'),
      'expiry-worker': await serviceToken(stack, targets.auth, 'expiry-worker'),
      gateway: await serviceToken(stack, targets.auth, 'gateway'),
      garbage: `${randomUUID()}.x.y`,
    },
    ...(await stockShop(shop, buyer)),
    bystanderId: (await shop.newBuyer()).userId,
    expectHealthy: watchHealth(stack),
    stop: async () => {
      await state.close();
      await stack.stop();
    },
  };
};
