// Who is logged in, or is a guest.
import { repeatedly, send } from './api.js';
import { createTokens } from './tokens.js';

/** @import { User } from './types' */

/** @param {User | undefined} user */
export const isGuest = (user) => user?.role === 'GUEST';

export const createSession = () => {
  /** @type {User | undefined} */
  let user;
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
  const { keep, call, drop, takeOver } = createTokens(() =>
    become(undefined, 'Your session has ended. Log in again.'),
  );

  /** @param {{ readonly email: string, readonly password: string }} credentials */
  const logIn = async ({ email, password }) => {
    keep(await send('POST', '/auth/login', { body: { email, password } }));
    become(await call('GET', '/auth/me'), 'You are logged in.');
  };

  const beGuest = async () => {
    const { customerId, ...tokens } = await send('POST', '/auth/guest');
    keep(tokens);
    become({ id: customerId, email: '', name: '', role: 'GUEST' }, '');
  };
  /** @type {Promise<void> | undefined} */
  let becoming;

  const logOut = async () => {
    const refreshToken = drop();
    become(undefined, 'You are logged out.');
    if (refreshToken !== undefined) await send('POST', '/auth/logout', { body: { refreshToken } });
  };

  const goOn = async () => {
    if (!takeOver()) return;
    become(await repeatedly(() => call('GET', '/auth/me')), 'You are still logged in.');
  };
  /** @type {Promise<void> | undefined} */
  let resuming;
  /** Goes on with the session of the page before this one, if there was one. */
  const resume = () => {
    resuming ??= goOn();
    return resuming;
  };

  return {
    user: () => user,
    call,
    logIn,
    logOut,
    resume,
    /** Makes a visitor who has not logged in a guest: one, however many reserve buttons are pressed. */
    ensureUser: async () => {
      await resuming?.catch(() => undefined);
      if (user !== undefined) return;
      becoming ??= beGuest().finally(() => {
        becoming = undefined;
      });
      await becoming;
    },
    /** @param {{ readonly email: string, readonly password: string, readonly name?: string }} body */
    register: async (body) => {
      // A guest becomes this account, and keeps what it has reserved.
      if (isGuest(user)) await call('POST', '/auth/register', { body });
      else await send('POST', '/auth/register', { body });
      await logIn(body);
    },
    /** @param {(user: User | undefined, why: string) => void} listener */
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
};

/** @typedef {ReturnType<typeof createSession>} Session */
