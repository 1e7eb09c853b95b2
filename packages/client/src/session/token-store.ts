/** The tokens of a login, which can be stored and passed to a later client. Secret. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When to renew, shortly before the access token expires; milliseconds since 1970. */
  readonly renewAt: number;
}

/**
 * Storage for a session shared by several clients: tabs of a browser, workers, processes. The
 * client reads it before each call as the user and before each renewal, so it picks up tokens
 * written by another client. Errors of the store reject the call.
 */
export interface TokenStore {
  /**
   * Clients whose stores have the same name take turns renewing: tabs of one origin if the browser
   * has `navigator.locks`, otherwise clients of one process. Use the key under which the session is
   * stored, a different one for each user that a process acts for.
   */
  readonly name: string;
  /** The session last written; undefined if there is none. */
  readonly read: () => SessionTokens | undefined | Promise<SessionTokens | undefined>;
  /** Stores the session; undefined removes it. */
  readonly write: (tokens: SessionTokens | undefined) => void | Promise<void>;
}

/** The subset of the browser's `Storage` that is used. */
export interface KeyValueStorage {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
  readonly removeItem: (key: string) => void;
}

/** Whether both are the same login at the same renewal. */
export const isSameSession = (
  one: SessionTokens | undefined,
  other: SessionTokens | undefined,
): boolean => one?.refreshToken === other?.refreshToken && one?.accessToken === other?.accessToken;

const parse = (text: string | null): SessionTokens | undefined => {
  if (text === null) return undefined;
  try {
    const { accessToken, refreshToken, renewAt } = JSON.parse(text) as Partial<SessionTokens>;
    return typeof accessToken === 'string' &&
      typeof refreshToken === 'string' &&
      typeof renewAt === 'number'
      ? { accessToken, refreshToken, renewAt }
      : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Stores a session as JSON in `localStorage`, or anything with its three methods. Every script of
 * the page's origin can read it there. An invalid value counts as no session.
 */
export const createStorageTokenStore = (
  storage: KeyValueStorage,
  key = 'flashreserve.session',
): TokenStore => ({
  name: key,
  read: () => parse(storage.getItem(key)),
  write: (tokens) => {
    if (tokens === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(tokens));
  },
});
