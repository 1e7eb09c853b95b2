import { type ApiDocument, readDocument } from '../../bad-input/rest/openapi';
import { connectState, type State, type StateReader } from '../../bad-input/state';
import { fetchServiceToken } from '../../integration/security/rpc-callers';
import {
  type InProcessSettings,
  type InProcessStack,
  startInProcessStack,
} from '../../support/in-process-stack';
import type { RestResponse } from '../../support/rest-client';
import { type Buyer, createShop, reservationOf, type Shop } from '../../support/shop';
import { uniquePrefix } from '../../support/stores';
import { type Caller, fetchExpiredAdmin } from './callers';

/** The real system on real stores, all kinds of callers, and some resources. */
export interface EdgeWorld {
  readonly stack: InProcessStack;
  readonly shop: Shop;
  readonly document: ApiDocument;
  readonly owner: Buyer;
  readonly stranger: Buyer;
  readonly tokens: Readonly<Record<Caller, string | undefined>>;
  readonly productId: string;
  /** Pending, and owned by `owner`. */
  readonly reservationId: string;
  /** A hash of every document in the databases of the stack. */
  readonly readState: () => Promise<State>;
  readonly stop: () => Promise<void>;
}

const STOCK_UNITS = 1_000;

const readOpenApi = async (shop: Shop): Promise<ApiDocument> =>
  readDocument((await shop.rest('GET', '/openapi.json')).body as object);

const tokensOf = async (
  stack: InProcessStack,
  users: { readonly owner: Buyer; readonly stranger: Buyer; readonly admin: string },
  expired: string,
): Promise<EdgeWorld['tokens']> => {
  const serviceToken = (id: string) => fetchServiceToken(stack.grpc.auth, stack.env, id);
  return {
    nobody: undefined,
    garbage: 'garbage.garbage.garbage',
    expired,
    owner: users.owner.token,
    stranger: users.stranger.token,
    admin: users.admin,
    service: await serviceToken('dev-service'),
    component: await serviceToken('gateway'),
  };
};

/** Starts the stack with its own secrets and the given options. */
export const startEdgeWorld = async (
  settings: Omit<InProcessSettings, 'prefix'> = {},
): Promise<EdgeWorld> => {
  const prefix = uniquePrefix();
  const expired = await fetchExpiredAdmin(prefix);
  const stack = await startInProcessStack({
    ...settings,
    prefix,
    env: { ...expired.env, ...settings.env },
  });
  const shop = createShop(stack.urls[0], stack.env);
  const state: StateReader = await connectState(stack.env['MONGO_URI'] ?? '', prefix);
  const [owner, stranger] = [await shop.newBuyer(), await shop.newBuyer()];
  const users = { owner, stranger, admin: await shop.adminToken() };
  const productId = await shop.newProduct(STOCK_UNITS);
  return {
    stack,
    shop,
    document: await readOpenApi(shop),
    owner,
    stranger,
    tokens: await tokensOf(stack, users, expired.token),
    productId,
    reservationId: reservationOf(await shop.reserve(owner, productId)).reservationId,
    readState: state.read,
    stop: async () => {
      await state.close();
      await shop.expectCleanAudit();
      await stack.stop();
    },
  };
};

/** The response in the notation of the tables: the status, and the reason of a problem. */
export const verdictOf = ({ status, body }: RestResponse): string => {
  const reason = status >= 400 ? (body as { readonly reason?: string }).reason : undefined;
  return reason === undefined ? String(status) : `${status} ${reason}`;
};
