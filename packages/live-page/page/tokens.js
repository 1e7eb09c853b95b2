// The tokens of whoever is logged in. While the page runs, they live in this closure and nowhere else: nothing that runs on another page of
// this origin, and nothing that reads the browser's files, can find them (docs/security.md).
import { send } from './api.js';
import { keepWhileAway, takeKept } from './kept-session.js';
import { Problem, signedOut } from './problem.js';

/** @import { SendOptions, Tokens } from './types' */

/** A token that is about to expire is renewed before it is used. */
const RENEW_BEFORE_MS = 30_000;

/** @param {() => void} onEnded called when the session is refused */
export const createTokens = (onEnded) => {
  /** @type {{ access: string, refresh: string, until: number } | undefined} */
  let tokens;
  /** @type {Promise<void> | undefined} */
  let renewal;

  /** @param {Tokens} given */
  const keep = (given) => {
    const { accessToken: access, refreshToken: refresh, expiresIn } = given;
    tokens = { access, refresh, until: Date.now() + expiresIn * 1_000 };
  };
  const renew = async () => {
    const used = tokens;
    if (used === undefined) throw signedOut();
    try {
      const given = await send('POST', '/auth/refresh', { body: { refreshToken: used.refresh } });
      if (tokens === used) keep(given);
    } catch (error) {
      if (error instanceof Problem && error.status === 401 && tokens === used) {
        tokens = undefined;
        onEnded();
      }
      throw error;
    }
  };
  /** One renewal at a time: a refresh token is good once. */
  const renewOnce = () => {
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  const accessToken = async () => {
    if (tokens !== undefined && tokens.until - Date.now() < RENEW_BEFORE_MS) await renewOnce();
    if (tokens === undefined) throw signedOut();
    return tokens.access;
  };

  /**
   * Sends a request as the user. A token that is refused is renewed, once; the refused request has done nothing.
   * @param {string} method
   * @param {string} path
   * @param {SendOptions} [options]
   */
  const call = async (method, path, options = {}) => {
    const token = await accessToken();
    try {
      return await send(method, path, { ...options, token });
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      await renewOnce();
      return send(method, path, { ...options, token: await accessToken() });
    }
  };

  keepWhileAway(() => tokens?.refresh);

  return {
    keep,
    call,
    /** Forgets the tokens, and returns the refresh token. */
    drop: () => {
      const refreshToken = tokens?.refresh;
      tokens = undefined;
      return refreshToken;
    },
    /** Takes over the session of the page before this one; false if there was none. */
    takeOver: () => {
      const refresh = takeKept();
      if (refresh !== undefined) tokens = { access: '', refresh, until: 0 };
      return refresh !== undefined;
    },
  };
};
