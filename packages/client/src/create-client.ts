import createOpenApiClient from 'openapi-fetch';
import { dataOf } from './api/api';
import { type AuthApi, createAuthApi } from './api/auth.api';
import { createProductsApi, type ProductsApi } from './api/products.api';
import { createReservationsApi, type ReservationsApi } from './api/reservations.api';
import type { paths } from './gen/openapi';
import { createSession, type Session, type SessionTokens } from './session/session';
import { RETRY_DEFAULTS, type RetryOptions } from './transport/retry';
import { createSender } from './transport/sender';
import { createTransport, type Fetch } from './transport/transport';

export interface FlashReserveClientOptions {
  /** Where the gateway is, for example `https://shop.example.com`. */
  readonly baseUrl: string;
  /** Sends requests; the platform's own `fetch` unless told. */
  readonly fetch?: Fetch;
  /** A session that an earlier client had. */
  readonly tokens?: SessionTokens;
  /** Told of every change of the session, so that it can be kept; undefined when it is over. */
  readonly onTokens?: (tokens: SessionTokens | undefined) => void;
  /** Milliseconds for a call with all its attempts and waits, unless the call says otherwise; 30,000 unless told. */
  readonly deadlineMs?: number;
  readonly retry?: Partial<RetryOptions>;
}

/** One user's way to FlashReserve, or nobody's before a login. Calls reject with a FlashReserveError. */
export interface FlashReserveClient {
  readonly auth: AuthApi;
  readonly products: ProductsApi;
  readonly reservations: ReservationsApi;
  /** The session as it is now. */
  readonly tokens: () => SessionTokens | undefined;
}

/** Longer than any answer of the gateway takes. */
const DEADLINE_MS = 30_000;
/**
 * The server takes a refresh token once more for ten seconds after its use, for clients that lost the answer: one repeat, and
 * soon.
 */
const REFRESH_RETRY = { attemptsMax: 2, attemptTimeoutMs: 4_000, maxDelayMs: 1_000 };
const REFRESH_DEADLINE_MS = 10_000;

export const createFlashReserveClient = (
  options: FlashReserveClientOptions,
): FlashReserveClient => {
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
  };
};
