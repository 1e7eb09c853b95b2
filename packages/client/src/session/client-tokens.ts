import type { ClientToken } from '../gen/openapi';
import type { Session } from './session';

/** The credentials of an API client, a backend of the shop. Never for browsers. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Scopes of the tokens. All scopes of the API client by default. */
  readonly scopes?: readonly string[];
}

/** What authenticates the calls of a client. */
export type Authentication = Pick<Session, 'accessToken' | 'accessTokenAfter'>;

export const NOBODY: Authentication = {
  accessToken: async () => undefined,
  accessTokenAfter: async () => undefined,
};

/** An API key is sent as it is; the server exchanges it. */
export const createKeyAuthentication = (apiKey: string): Authentication => ({
  accessToken: async () => apiKey,
  accessTokenAfter: async () => undefined,
});

/** A token is replaced when a tenth of its life is left. */
const USED_LIFE = 0.9;

/**
 * Gets a token when one is needed, and another before it expires; concurrent calls share one
 * request. A failure is not remembered.
 */
export const createClientTokens = (deps: {
  readonly fetchToken: () => Promise<ClientToken>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): Authentication => {
  const { fetchToken, now } = deps;
  let current: { readonly token: string; readonly renewAt: number } | undefined;
  let pending: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    const { access_token: token, expires_in: seconds } = await fetchToken();
    current = { token, renewAt: now() + seconds * 1_000 * USED_LIFE };
    return token;
  };
  const renewOnce = (): Promise<string> => {
    pending ??= renew().finally(() => {
      pending = undefined;
    });
    return pending;
  };
  return {
    accessToken: () =>
      current !== undefined && now() < current.renewAt
        ? Promise.resolve(current.token)
        : renewOnce(),
    accessTokenAfter: (expired) =>
      current !== undefined && current.token !== expired
        ? Promise.resolve(current.token)
        : renewOnce(),
  };
};
