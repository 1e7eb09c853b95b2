import { isProblem } from '../errors';
import type { Tokens } from '../gen/openapi';

/** A login, as it can be kept and given to a later client. Secret. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When new ones should be fetched, shortly before the access token ends; milliseconds since 1970. */
  readonly renewAt: number;
}

export interface SessionDeps {
  readonly tokens: SessionTokens | undefined;
  /** Exchanges the refresh token for new tokens. */
  readonly exchange: (refreshToken: string) => Promise<Tokens>;
  /** Told of every change; undefined when the session is over. */
  readonly onTokens: (tokens: SessionTokens | undefined) => void;
  readonly now: () => number;
}

/** The user that a client acts for. */
export interface Session {
  readonly tokens: () => SessionTokens | undefined;
  readonly start: (tokens: Tokens) => SessionTokens;
  readonly end: () => void;
  /** An access token that is good for now; undefined without a session. */
  readonly accessToken: () => Promise<string | undefined>;
  /** Another access token than the one that the server called expired; undefined without a session. */
  readonly accessTokenAfter: (expired: string) => Promise<string | undefined>;
}

/** A request that is on its way should still arrive in time. */
const AHEAD_MS = 30_000;
/** Of the lifetime, for tokens that live shortly. */
const AHEAD_SHARE = 0.1;

const UNAUTHENTICATED = 401;

export const createSession = (deps: SessionDeps): Session => {
  const { exchange, onTokens, now } = deps;
  let current = deps.tokens;
  let renewal: { readonly of: SessionTokens; readonly tokens: Promise<SessionTokens> } | undefined;

  const set = (tokens: SessionTokens | undefined): void => {
    current = tokens;
    onTokens(tokens);
  };
  const toSessionTokens = ({ accessToken, refreshToken, expiresIn }: Tokens): SessionTokens => {
    const lifetimeMs = expiresIn * 1_000;
    const renewAt = now() + lifetimeMs - Math.min(AHEAD_MS, lifetimeMs * AHEAD_SHARE);
    return { accessToken, refreshToken, renewAt };
  };
  const exchangeOnce = async (old: SessionTokens): Promise<SessionTokens> => {
    try {
      const renewed = toSessionTokens(await exchange(old.refreshToken));
      // A logout or another login in between must not be undone.
      if (current === old) set(renewed);
      return renewed;
    } catch (error) {
      if (isProblem(error) && error.status === UNAUTHENTICATED && current === old) set(undefined);
      throw error;
    }
  };
  /** A refresh token is good for one use, so all who need new tokens share one exchange. */
  const renew = (old: SessionTokens): Promise<SessionTokens> => {
    if (renewal?.of !== old) {
      const tokens = exchangeOnce(old).finally(() => {
        if (renewal?.of === old) renewal = undefined;
      });
      renewal = { of: old, tokens };
    }
    return renewal.tokens;
  };

  return {
    tokens: () => current,
    start: (tokens) => {
      const started = toSessionTokens(tokens);
      set(started);
      return started;
    },
    end: () => {
      if (current !== undefined) set(undefined);
    },
    accessToken: async () => {
      const tokens = current;
      if (tokens === undefined || now() < tokens.renewAt) return tokens?.accessToken;
      try {
        return (await renew(tokens)).accessToken;
      } catch (error) {
        if (current === undefined) throw error;
        // The old one may still be good; if not, the server says so.
        return tokens.accessToken;
      }
    },
    accessTokenAfter: async (expired) => {
      const tokens = current;
      if (tokens === undefined || tokens.accessToken !== expired) return tokens?.accessToken;
      return (await renew(tokens)).accessToken;
    },
  };
};
