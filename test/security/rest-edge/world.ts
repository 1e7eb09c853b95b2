import { isScope, SCOPES, type Scope } from '@flashreserve/contracts';
import { signOutside } from '@flashreserve/identity/testing';
import { type ApiDocument, readDocument } from '../../bad-input/rest/openapi';
import { connectState, type State, type StateReader } from '../../bad-input/state';
import { fetchGuestToken, fetchServiceToken } from '../../integration/security/rpc-callers';
import { eventually } from '../../support/eventually';
import {
  type InProcessSettings,
  type InProcessStack,
  startInProcessStack,
} from '../../support/in-process-stack';
import type { RestResponse } from '../../support/rest-client';
import { type Buyer, createShop, reservationOf, type Shop } from '../../support/shop';
import { type StaticIssuer, startStaticIssuer } from '../../support/static-issuer';
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
  /** The key of an API client with one scope, for each scope. */
  readonly scopeKeys: Readonly<Record<string, string>>;
  readonly productId: string;
  /** Pending, and owned by `owner`. */
  readonly reservationId: string;
  /** A hash of every document of the stack, once catalog has been told of what was accepted. */
  readonly readState: () => Promise<State>;
  readonly stop: () => Promise<void>;
}

const STOCK_UNITS = 1_000;
const SETTLED_MS = 10_000;

const readOpenApi = async (shop: Shop): Promise<ApiDocument> =>
  readDocument((await shop.rest('GET', '/openapi.json')).body as object);

export const ALL_SCOPES: readonly Scope[] = Object.keys(SCOPES).filter(isScope);

/** A key that the gateway has exchanged, so that its further use for minutes writes nothing. */
const apiKeyOf = async (shop: Shop, scopes: readonly Scope[]): Promise<string> => {
  const { apiKey } = await shop.newApiKey(...scopes);
  const { status } = await shop.rest('GET', '/auth/me', { token: apiKey });
  expect(status).toBe(403);
  return apiKey;
};

/** The key of a client that has been used, and was revoked then. */
const revokedKeyOf = async (shop: Shop): Promise<string> => {
  const { clientId, apiKey } = await shop.newApiKey(...ALL_SCOPES);
  const path = `/api-clients/${clientId}`;
  const { status } = await shop.rest('DELETE', path, { token: await shop.adminToken() });
  expect(status).toBe(204);
  return apiKey;
};

/** A customer of an outside issuer, whose token claims everything else that our tokens have. */
const foreignTokenOf = ({ issuer, key }: StaticIssuer): string =>
  signOutside(key, issuer, {
    issuedAt: new Date(),
    claims: {
      role: 'ADMIN',
      roles: ['ADMIN', 'admin'],
      scope: Object.keys(SCOPES).join(' '),
      client_id: 'gateway',
      sid: 's-1',
      exp: Math.floor(Date.now() / 1_000) + 3_600,
    },
  });

const tokensOf = async (
  { stack, shop }: Pick<EdgeWorld, 'stack' | 'shop'>,
  users: { readonly owner: Buyer; readonly stranger: Buyer; readonly admin: string },
  others: Pick<EdgeWorld['tokens'], 'expired' | 'foreign'>,
): Promise<EdgeWorld['tokens']> => {
  const serviceToken = (id: string) => fetchServiceToken(stack.grpc.auth, stack.env, id);
  return {
    nobody: undefined,
    garbage: 'garbage.garbage.garbage',
    expired: others.expired,
    foreign: others.foreign,
    owner: users.owner.token,
    stranger: users.stranger.token,
    admin: users.admin,
    service: await serviceToken('dev-service'),
    component: await serviceToken('gateway'),
    client: await apiKeyOf(shop, ALL_SCOPES),
    revoked: await revokedKeyOf(shop),
    guest: await fetchGuestToken(stack.grpc.auth),
  };
};

/** Starts the stack with its own secrets and the given options. */
export const startEdgeWorld = async (
  settings: Omit<InProcessSettings, 'prefix'> = {},
): Promise<EdgeWorld> => {
  const prefix = uniquePrefix();
  const expired = await fetchExpiredAdmin(prefix);
  const issuer = await startStaticIssuer('foreign', { alg: 'ES256', kid: 'foreign' });
  const stack = await startInProcessStack({
    ...settings,
    prefix,
    env: {
      ...expired.env,
      TRUSTED_ISSUERS: JSON.stringify([issuer.setting]),
      // Every caller asks for mail to the owner.
      MAILS_PER_ACCOUNT: '1000',
      MAILS_PER_ADDRESS: '1000',
      ...settings.env,
    },
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
    tokens: await tokensOf({ stack, shop }, users, {
      expired: expired.token,
      foreign: foreignTokenOf(issuer),
    }),
    scopeKeys: Object.fromEntries(
      await Promise.all(ALL_SCOPES.map(async (scope) => [scope, await apiKeyOf(shop, [scope])])),
    ),
    productId,
    reservationId: reservationOf(await shop.reserve(owner, productId)).reservationId,
    readState: async () => {
      await eventually(async () => expect(await state.isSettled()).toBe(true), SETTLED_MS);
      return state.read();
    },
    stop: async () => {
      await state.close();
      await shop.expectCleanAudit();
      await stack.stop();
      await issuer.stop();
    },
  };
};

/** The response in the notation of the tables: the status, and the reason of a problem. */
export const verdictOf = ({ status, body }: RestResponse): string => {
  const reason = status >= 400 ? (body as { readonly reason?: string }).reason : undefined;
  return reason === undefined ? String(status) : `${status} ${reason}`;
};
