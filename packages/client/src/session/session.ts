import { isProblem } from '../errors';
import type { Tokens } from '../gen/openapi';
import { withLock } from './lock';
import { isSameSession, type SessionTokens, type TokenStore } from './token-store';

export interface SessionDeps {
  /** Undefined for a session that no other client shares. */
  readonly store: TokenStore | undefined;
  /** Initial tokens of a session without a store. */
  readonly tokens: SessionTokens | undefined;
  /** Exchanges the refresh token for new tokens. */
  readonly exchange: (refreshToken: string) => Promise<Tokens>;
  /**
   * Called on every change that this client makes or finds in the store; undefined when the session
   * has ended.
   */
  readonly onTokens: (tokens: SessionTokens | undefined) => void;
  readonly now: () => number;
}

/** The session of the client's user. */
export interface Session {
  /** As last seen by this client. */
  readonly tokens: () => SessionTokens | undefined;
  /** As currently in the store. */
  readonly load: () => Promise<SessionTokens | undefined>;
  readonly start: (tokens: Tokens) => Promise<SessionTokens>;
  /** Adopts a session from elsewhere; undefined ends it. */
  readonly set: (tokens: SessionTokens | undefined) => Promise<void>;
  /** A currently valid access token; undefined without a session. */
  readonly accessToken: () => Promise<string | undefined>;
  /** An access token other than the expired one; undefined without a session. */
  readonly accessTokenAfter: (expired: string) => Promise<string | undefined>;
}

/** Margin before expiry, so that a request in flight still arrives in time. */
const AHEAD_MS = 30_000;
/** Margin as a share of the lifetime, for short-lived tokens. */
const AHEAD_SHARE = 0.1;

const UNAUTHENTICATED = 401;
const LOOK_AGAIN_MS = 20;

const toSessionTokens = (
  { accessToken, refreshToken, expiresIn }: Tokens,
  now: number,
): SessionTokens => {
  const lifetimeMs = expiresIn * 1_000;
  const renewAt = now + lifetimeMs - Math.min(AHEAD_MS, lifetimeMs * AHEAD_SHARE);
  return { accessToken, refreshToken, renewAt };
};

/** Holds the session in the store and reports changes to the client. */
const createKeeper = ({ store, tokens, onTokens }: SessionDeps) => {
  let current = tokens;
  // The first read of the store is not a change.
  let hasSeen = store === undefined;
  const see = (found: SessionTokens | undefined): SessionTokens | undefined => {
    const changed = hasSeen && !isSameSession(found, current);
    hasSeen = true;
    current = found;
    if (changed) onTokens(found);
    return found;
  };
  return {
    current: () => current,
    load: async () => (store === undefined ? current : see(await store.read())),
    set: async (next: SessionTokens | undefined): Promise<void> => {
      hasSeen = true;
      see(next);
      await store?.write(next);
    },
  };
};

type Keeper = ReturnType<typeof createKeeper>;

/** Exchanges expired tokens for new ones and writes them to the store. */
const createExchange =
  ({ exchange, now }: SessionDeps, { load, set }: Keeper) =>
  async (old: SessionTokens): Promise<SessionTokens> => {
    try {
      const renewed = toSessionTokens(await exchange(old.refreshToken), now());
      // Must not overwrite a logout or another login that happened meanwhile.
      if (isSameSession(await load(), old)) await set(renewed);
      return renewed;
    } catch (error) {
      if (!isProblem(error) || error.status !== UNAUTHENTICATED) throw error;
      const stored = await load();
      const isOld = isSameSession(stored, old);
      // A client without a common lock has used the refresh token first; its tokens are valid.
      if (stored !== undefined && !isOld) return stored;
      if (isOld) await set(undefined);
      throw error;
    }
  };

export const createSession = (deps: SessionDeps): Session => {
  const { store, now } = deps;
  const keeper = createKeeper(deps);
  const { current, load, set } = keeper;
  const exchangeOnce = createExchange(deps, keeper);
  let renewal:
    | { readonly of: string; readonly tokens: Promise<SessionTokens | undefined> }
    | undefined;

  const isFresh = (tokens: SessionTokens, stale: string): boolean =>
    tokens.accessToken !== stale && now() < tokens.renewAt;
  /** Checks for tokens that another client may just have written before it exchanges its own. */
  const renewAlone = async (
    stale: string,
    seenWithinMs: number,
  ): Promise<SessionTokens | undefined> => {
    let stored = await load();
    for (let left = seenWithinMs; left > 0; left -= LOOK_AGAIN_MS) {
      if (stored === undefined || isFresh(stored, stale)) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      stored = await load();
    }
    if (stored === undefined || isFresh(stored, stale)) return stored;
    return exchangeOnce(stored);
  };
  /** A refresh token is valid for one use, so concurrent callers share one exchange. */
  const renew = (stale: string): Promise<SessionTokens | undefined> => {
    if (renewal?.of !== stale) {
      const work = (seenWithinMs: number): Promise<SessionTokens | undefined> =>
        renewAlone(stale, seenWithinMs);
      const tokens = (store === undefined ? work(0) : withLock(store.name, work)).finally(() => {
        if (renewal?.of === stale) renewal = undefined;
      });
      renewal = { of: stale, tokens };
    }
    return renewal.tokens;
  };

  return {
    tokens: current,
    load,
    set,
    start: async (tokens) => {
      const started = toSessionTokens(tokens, now());
      await set(started);
      return started;
    },
    accessToken: async () => {
      const tokens = await load();
      if (tokens === undefined || now() < tokens.renewAt) return tokens?.accessToken;
      try {
        return (await renew(tokens.accessToken))?.accessToken;
      } catch (error) {
        if (current() === undefined) throw error;
        // The old token may still be valid; otherwise the server rejects it.
        return tokens.accessToken;
      }
    },
    accessTokenAfter: async (expired) => {
      const tokens = await load();
      if (tokens === undefined || tokens.accessToken !== expired) return tokens?.accessToken;
      return (await renew(expired))?.accessToken;
    },
  };
};
