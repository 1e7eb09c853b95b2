// Who is logged in. While the page runs, the tokens live in this closure and nowhere else: nothing that runs on another page of this
// origin, and nothing that reads the browser's files, can find them (docs/security.md).
import { repeatedly, send } from './api.js';
import { keepWhileAway, takeKept } from './kept-session.js';
import { Problem, signedOut } from './problem.js';

/** @import { SendOptions, Tokens, User } from './types' */

/** A token that is about to expire is renewed before it is used. */
const RENEW_BEFORE_MS = 30_000;

export const createSession = () => {
  /** @type {{ access: string, refresh: string, until: number } | undefined} */
  let tokens;
  /** @type {User | undefined} */
  let user;
  /** @type {Promise<void> | undefined} */
  let renewal;
  /** @type {((user: User | undefined, why: string) => void)[]} */
  const listeners = [];

  /**
   * @param {User | undefined} next
   * @param {string} why
   */
  const become = (next, why) => {
    user = next;
    for (const listener of listeners) listener(user, why);
  };
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
        become(undefined, 'Your session has ended. Log in again.');
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

  /** @param {{ readonly email: string, readonly password: string }} credentials */
  const logIn = async ({ email, password }) => {
    keep(await send('POST', '/auth/login', { body: { email, password } }));
    become(await call('GET', '/auth/me'), 'You are logged in.');
  };

  const logOut = async () => {
    const refreshToken = tokens?.refresh;
    tokens = undefined;
    become(undefined, 'You are logged out.');
    if (refreshToken !== undefined) await send('POST', '/auth/logout', { body: { refreshToken } });
  };

  /** Goes on with the session of the page before this one, if there was one. */
  const resume = async () => {
    const refresh = takeKept();
    if (refresh === undefined) return;
    tokens = { access: '', refresh, until: 0 };
    become(await repeatedly(() => call('GET', '/auth/me')), 'You are still logged in.');
  };
  keepWhileAway(() => tokens?.refresh);

  return {
    user: () => user,
    call,
    logIn,
    logOut,
    resume,
    /** @param {{ readonly email: string, readonly password: string, readonly name?: string }} body */
    register: async (body) => {
      await send('POST', '/auth/register', { body });
      await logIn(body);
    },
    /** @param {(user: User | undefined, why: string) => void} listener */
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
};

/** @typedef {ReturnType<typeof createSession>} Session */
