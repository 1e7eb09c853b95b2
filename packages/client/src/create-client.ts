import createOpenApiClient, { type Client } from 'openapi-fetch';
import { dataOf } from './api/api';
import { type AuthApi, createAuthApi } from './api/auth.api';
import { createProductsApi, type ProductsApi } from './api/products.api';
import { createReservationsApi, type ReservationsApi } from './api/reservations.api';
import { createUsersApi, type UsersApi } from './api/users.api';
import { InvalidOptionError } from './errors';
import type { ClientToken, paths } from './gen/openapi';
import {
  type Authentication,
  type ClientCredentials,
  createClientTokens,
  createKeyAuthentication,
  NOBODY,
} from './session/client-tokens';
import { createSession, type Session } from './session/session';
import type { SessionTokens, TokenStore } from './session/token-store';
import { checkDeadline, checkRetry } from './transport/limits';
import { RETRY_DEFAULTS, type RetryOptions } from './transport/retry';
import { createSender, type Sender } from './transport/sender';
import { createTransport, type Fetch } from './transport/transport';

export interface FlashReserveClientOptions {
  /** Base URL of the gateway, for example `https://shop.example.com`. */
  readonly baseUrl: string;
  /** Sends the requests. Default: the platform's `fetch`. */
  readonly fetch?: Fetch;
  /**
   * A session from an earlier client that no other client uses any more. Not together with
   * `tokenStore`.
   */
  readonly tokens?: SessionTokens;
  /** Storage for a session shared by several clients, for example the tabs of a browser. */
  readonly tokenStore?: TokenStore;
  /** The key of an API client, for a backend of the shop. Instead of a user's session. */
  readonly apiKey?: string;
  /** The same by tokens that the client gets for the credentials and renews in time. */
  readonly clientCredentials?: ClientCredentials;
  /**
   * Called on every session change that this client makes or finds in the store, for saving or
   * displaying it; undefined when the session has ended.
   */
  readonly onTokens?: (tokens: SessionTokens | undefined) => void;
  /**
   * Time limit in milliseconds for a call including all attempts and waits, unless the call sets
   * its own. More than 0, at most 2^31 - 1. Default: 30,000.
   */
  readonly deadlineMs?: number;
  readonly retry?: Partial<RetryOptions>;
}

/**
 * FlashReserve as one user, anonymously before a login, or as an API client. Calls reject with a
 * FlashReserveError.
 */
export interface FlashReserveClient {
  readonly auth: AuthApi;
  readonly products: ProductsApi;
  readonly reservations: ReservationsApi;
  readonly users: UsersApi;
  /** The session as last seen by this client; a shared store may hold a newer one. */
  readonly tokens: () => SessionTokens | undefined;
  /**
   * Adopts a session from elsewhere and writes it to the store; undefined forgets it without ending
   * it.
   */
  readonly setTokens: (tokens: SessionTokens | undefined) => Promise<void>;
}

/** Longer than any response of the gateway takes. */
const DEADLINE_MS = 30_000;
/**
 * The server accepts a refresh token again for ten seconds after its use, for clients that lost the
 * response: one quick retry.
 */
const REFRESH_RETRY = { attemptsMax: 2, attemptTimeoutMs: 4_000, maxDelayMs: 1_000 };
const REFRESH_DEADLINE_MS = 10_000;

/** @throws InvalidOptionError */
const checkOptions = (options: FlashReserveClientOptions): void => {
  checkDeadline(options.deadlineMs ?? DEADLINE_MS);
  checkRetry({ ...RETRY_DEFAULTS, ...options.retry });
  if (options.tokens !== undefined && options.tokenStore !== undefined) {
    throw new InvalidOptionError('tokens', 'must not be given together with tokenStore');
  }
  const ways = ['apiKey', 'clientCredentials', 'tokens', 'tokenStore'] as const;
  const [first, second] = ways.filter((way) => options[way] !== undefined);
  if (first !== undefined && second !== undefined) {
    throw new InvalidOptionError(first, `must not be given together with ${second}`);
  }
};

type FetchClientToken = (credentials: ClientCredentials) => Promise<ClientToken>;

/** Getting a token twice does no harm. */
const fetchClientToken = (
  api: Client<paths>,
  send: Sender,
  { clientId, clientSecret, scopes = [] }: ClientCredentials,
): Promise<ClientToken> =>
  dataOf(
    api.POST('/oauth/token', {
      body: {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      bodySerializer: (form) => new URLSearchParams(form as Record<string, string>).toString(),
      ...send({ access: 'anyone', repeatable: 'always' }),
    }),
  );

const authenticationOf = (
  { apiKey, clientCredentials }: FlashReserveClientOptions,
  session: Session,
  fetchToken: FetchClientToken,
): Authentication => {
  if (apiKey !== undefined) return createKeyAuthentication(apiKey);
  if (clientCredentials === undefined) return session;
  return createClientTokens({ fetchToken: () => fetchToken(clientCredentials), now: Date.now });
};

/** @throws InvalidOptionError for invalid options */
export const createFlashReserveClient = (
  options: FlashReserveClientOptions,
): FlashReserveClient => {
  checkOptions(options);
  const { baseUrl, deadlineMs = DEADLINE_MS, onTokens = () => undefined } = options;
  // Browsers require `fetch` to be called as a method of the window.
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const now = Date.now;
  const retry = { ...RETRY_DEFAULTS, ...options.retry };
  const parts = { fetch, now, random: Math.random };
  const api = createOpenApiClient<paths>({ baseUrl });

  const sendRefresh = createSender({
    transport: createTransport({ ...parts, retry: { ...retry, ...REFRESH_RETRY } }),
    session: NOBODY,
    deadlineMs: REFRESH_DEADLINE_MS,
    now,
  });
  const session = createSession({
    store: options.tokenStore,
    tokens: options.tokens,
    exchange: (refreshToken) =>
      dataOf(
        api.POST('/auth/refresh', {
          body: { refreshToken },
          ...sendRefresh({ access: 'anyone', repeatable: 'always' }),
        }),
      ),
    onTokens,
    now,
  });
  const transport = createTransport({ ...parts, retry });
  const sendUnauthenticated = createSender({ transport, session: NOBODY, deadlineMs, now });
  const authentication = authenticationOf(options, session, (credentials) =>
    fetchClientToken(api, sendUnauthenticated, credentials),
  );
  const deps = { api, send: createSender({ transport, session: authentication, deadlineMs, now }) };
  return {
    auth: createAuthApi({ ...deps, session }),
    products: createProductsApi(deps),
    reservations: createReservationsApi(deps),
    users: createUsersApi(deps),
    tokens: session.tokens,
    setTokens: session.set,
  };
};
