import createOpenApiClient from 'openapi-fetch';
import { dataOf } from './api/api';
import { type AuthApi, createAuthApi } from './api/auth.api';
import { createProductsApi, type ProductsApi } from './api/products.api';
import { createReservationsApi, type ReservationsApi } from './api/reservations.api';
import { InvalidOptionError } from './errors';
import type { paths } from './gen/openapi';
import { createSession, type Session } from './session/session';
import type { SessionTokens, TokenStore } from './session/token-store';
import { checkDeadline, checkRetry } from './transport/limits';
import { RETRY_DEFAULTS, type RetryOptions } from './transport/retry';
import { createSender } from './transport/sender';
import { createTransport, type Fetch } from './transport/transport';

export interface FlashReserveClientOptions {
  /** Where the gateway is, for example `https://shop.example.com`. */
  readonly baseUrl: string;
  /** Sends requests; the platform's own `fetch` unless told. */
  readonly fetch?: Fetch;
  /** A session that an earlier client had and no other has now. Not together with `tokenStore`. */
  readonly tokens?: SessionTokens;
  /** Where the session is kept when several clients share it, for example the tabs of a browser. */
  readonly tokenStore?: TokenStore;
  /**
   * Told of every change of the session that this client makes or finds in the store, so that it can be kept or shown;
   * undefined when it is over.
   */
  readonly onTokens?: (tokens: SessionTokens | undefined) => void;
  /**
   * Milliseconds for a call with all its attempts and waits, unless the call says otherwise; 30,000 unless told. More than
   * 0, at most 2^31 - 1.
   */
  readonly deadlineMs?: number;
  readonly retry?: Partial<RetryOptions>;
}

/** One user's way to FlashReserve, or nobody's before a login. Calls reject with a FlashReserveError. */
export interface FlashReserveClient {
  readonly auth: AuthApi;
  readonly products: ProductsApi;
  readonly reservations: ReservationsApi;
  /** The session as this client saw it last; a store that others write to may be ahead. */
  readonly tokens: () => SessionTokens | undefined;
  /** Goes on with a session from elsewhere, also into the store; undefined forgets it without ending it. */
  readonly setTokens: (tokens: SessionTokens | undefined) => Promise<void>;
}

/** Longer than any answer of the gateway takes. */
const DEADLINE_MS = 30_000;
/**
 * The server takes a refresh token once more for ten seconds after its use, for clients that lost the answer: one repeat, and
 * soon.
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
};

/** @throws InvalidOptionError for options that cannot be right */
export const createFlashReserveClient = (
  options: FlashReserveClientOptions,
): FlashReserveClient => {
  checkOptions(options);
  const { baseUrl, deadlineMs = DEADLINE_MS, onTokens = () => undefined } = options;
  // Browsers want `fetch` to be called as the window's own.
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const now = Date.now;
  const retry = { ...RETRY_DEFAULTS, ...options.retry };
  const parts = { fetch, now, random: Math.random };
  const api = createOpenApiClient<paths>({ baseUrl });

  const nobody: Pick<Session, 'accessToken' | 'accessTokenAfter'> = {
    accessToken: async () => undefined,
    accessTokenAfter: async () => undefined,
  };
  const sendRefresh = createSender({
    transport: createTransport({ ...parts, retry: { ...retry, ...REFRESH_RETRY } }),
    session: nobody,
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
  const deps = { api, send: createSender({ transport, session, deadlineMs, now }) };
  return {
    auth: createAuthApi({ ...deps, session }),
    products: createProductsApi(deps),
    reservations: createReservationsApi(deps),
    tokens: session.tokens,
    setTokens: session.set,
  };
};
