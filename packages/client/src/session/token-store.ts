/** A login, as it can be kept and given to a later client. Secret. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When new ones should be fetched, shortly before the access token ends; milliseconds since 1970. */
  readonly renewAt: number;
}

/**
 * Where an app keeps a session that several clients share: tabs of a browser, workers, processes. The client reads it
 * before each call of the user and before each renewal, so what another client has written is used. What the store
 * throws, the call rejects with.
 */
export interface TokenStore {
  /**
   * Clients whose stores have the same name take turns in renewing: tabs of one origin where the browser has
   * `navigator.locks`, otherwise clients of one process. Take the key that the session is kept under, different for
   * each user that one process acts for.
   */
  readonly name: string;
  /** The session that was written last; undefined when there is none. */
  readonly read: () => SessionTokens | undefined | Promise<SessionTokens | undefined>;
  /** Keeps the session; undefined when it is over. */
  readonly write: (tokens: SessionTokens | undefined) => void | Promise<void>;
}

/** The part of the browser's `Storage` that is used. */
export interface KeyValueStorage {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
  readonly removeItem: (key: string) => void;
}

/** True for the same login and the same renewal of it. */
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
 * Keeps a session in `localStorage`, or in anything with its three methods, as JSON under the key. Every script of the
 * page's origin can read it there. What cannot be read as a session counts as none.
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
