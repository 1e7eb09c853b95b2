import type {
  AccountDeletion,
  Credentials,
  EmailChange,
  EmailChangeConfirmation,
  PasswordChange,
  PasswordResetConfirmation,
  PasswordResetRequest,
  RegisteredUser,
  Registration,
  User,
} from '../gen/openapi';
import type { Session } from '../session/session';
import type { SessionTokens } from '../session/token-store';
import type { CallOptions } from '../transport/budget';
import { type ApiDeps, dataOf } from './api';

/** A new guest's session. */
export interface GuestSession extends SessionTokens {
  /** Id of the guest, which the account keeps that it registers. */
  readonly customerId: string;
}

/** Accounts, and the session used by all other calls. */
export interface AuthApi {
  /** Creates an account; does not log in. */
  readonly register: (account: Registration, options?: CallOptions) => Promise<RegisteredUser>;
  /** Starts the client's session; the previous one is forgotten, not ended on the server. */
  readonly login: (credentials: Credentials, options?: CallOptions) => Promise<SessionTokens>;
  /**
   * Starts the session of a new guest, who reserves without an account. The previous session is
   * forgotten, not ended on the server.
   */
  readonly guest: (options?: CallOptions) => Promise<GuestSession>;
  /**
   * Turns the client's guest into an account, which keeps its id and reservations, and logs it in.
   * When the log-in alone fails, `login` completes it.
   */
  readonly registerGuest: (account: Registration, options?: CallOptions) => Promise<RegisteredUser>;
  /** Ends the session, first locally and then on the server. No effect without a session. */
  readonly logout: (options?: CallOptions) => Promise<void>;
  readonly me: (options?: CallOptions) => Promise<User>;
  /** Changes the password and ends all other sessions of the user. */
  readonly changePassword: (change: PasswordChange, options?: CallOptions) => Promise<void>;
  /**
   * Has a link sent that sets a new password. Succeeds for every address, so that nobody learns
   * whether there is an account.
   */
  readonly requestPasswordReset: (
    request: PasswordResetRequest,
    options?: CallOptions,
  ) => Promise<void>;
  /** Sets a new password with the token of a link, and ends all sessions of the user. */
  readonly confirmPasswordReset: (
    confirmation: PasswordResetConfirmation,
    options?: CallOptions,
  ) => Promise<void>;
  /** Has a link sent to the new address; the address changes with `confirmEmailChange`. */
  readonly requestEmailChange: (change: EmailChange, options?: CallOptions) => Promise<void>;
  readonly confirmEmailChange: (
    confirmation: EmailChangeConfirmation,
    options?: CallOptions,
  ) => Promise<void>;
  /** Deletes the user of the session for good; a guest needs no password. Forgets the session. */
  readonly deleteAccount: (account?: AccountDeletion, options?: CallOptions) => Promise<void>;
  /** For administrators. A guest becomes a customer by registering, so nobody is made a guest. */
  readonly setRole: (
    userId: string,
    role: Exclude<User['role'], 'GUEST'>,
    options?: CallOptions,
  ) => Promise<User>;
}

/** Calls about links that are sent by mail. */
const createLinkCalls = ({
  api,
  send,
}: ApiDeps): Pick<
  AuthApi,
  'requestPasswordReset' | 'confirmPasswordReset' | 'requestEmailChange' | 'confirmEmailChange'
> => ({
  requestPasswordReset: async (body, options) => {
    await api.POST('/auth/password-reset', {
      body,
      ...send({ access: 'anyone', repeatable: 'never' }, options),
    });
  },
  confirmPasswordReset: async (body, options) => {
    await api.POST('/auth/password-reset/confirm', {
      body,
      ...send({ access: 'anyone', repeatable: 'never' }, options),
    });
  },
  requestEmailChange: async (body, options) => {
    await api.POST('/auth/email', {
      body,
      ...send({ access: 'user', repeatable: 'never' }, options),
    });
  },
  confirmEmailChange: async (body, options) => {
    await api.POST('/auth/email/confirm', {
      body,
      ...send({ access: 'anyone', repeatable: 'never' }, options),
    });
  },
});

export const createAuthApi = ({
  api,
  send,
  session,
}: ApiDeps & { readonly session: Session }): AuthApi => {
  const login: AuthApi['login'] = async (body, options) =>
    session.start(
      await dataOf(
        api.POST('/auth/login', {
          body,
          ...send({ access: 'anyone', repeatable: 'never' }, options),
        }),
      ),
    );
  return {
    register: (body, options) =>
      dataOf(
        api.POST('/auth/register', {
          body,
          // A token only matters, and only an administrator's, to a registration that requests a
          // role.
          ...send(
            { access: body.role === 'ADMIN' ? 'user' : 'anyone', repeatable: 'never' },
            options,
          ),
        }),
      ),
    login,
    guest: async (options) => {
      const { customerId, ...tokens } = await dataOf(
        api.POST('/auth/guest', send({ access: 'anyone', repeatable: 'never' }, options)),
      );
      return { customerId, ...(await session.start(tokens)) };
    },
    registerGuest: async (body, options) => {
      const user = await dataOf(
        api.POST('/auth/register', {
          body,
          ...send({ access: 'user', repeatable: 'never' }, options),
        }),
      );
      await login({ email: body.email, password: body.password }, options);
      return user;
    },
    logout: async (options) => {
      const tokens = await session.load();
      if (tokens === undefined) return;
      await session.set(undefined);
      await api.POST('/auth/logout', {
        body: { refreshToken: tokens.refreshToken },
        ...send({ access: 'anyone', repeatable: 'always' }, options),
      });
    },
    me: (options) =>
      dataOf(api.GET('/auth/me', send({ access: 'user', repeatable: 'always' }, options))),
    changePassword: async (body, options) => {
      await api.POST('/auth/password', {
        body,
        ...send({ access: 'user', repeatable: 'never' }, options),
      });
    },
    ...createLinkCalls({ api, send }),
    deleteAccount: async (body, options) => {
      await api.DELETE('/auth/account', {
        ...(body !== undefined && { body }),
        ...send({ access: 'user', repeatable: 'never' }, options),
      });
      await session.set(undefined);
    },
    setRole: (userId, role, options) =>
      dataOf(
        api.PUT('/auth/users/{userId}/role', {
          params: { path: { userId } },
          body: { role },
          ...send({ access: 'user', repeatable: 'always' }, options),
        }),
      ),
  };
};
