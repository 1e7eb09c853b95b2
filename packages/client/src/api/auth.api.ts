import type {
  Credentials,
  PasswordChange,
  RegisteredUser,
  Registration,
  User,
} from '../gen/openapi';
import type { Session } from '../session/session';
import type { SessionTokens } from '../session/token-store';
import type { CallOptions } from '../transport/budget';
import { type ApiDeps, dataOf } from './api';

/** Accounts, and the session used by all other calls. */
export interface AuthApi {
  /** Creates an account; does not log in. */
  readonly register: (account: Registration, options?: CallOptions) => Promise<RegisteredUser>;
  /** Starts the client's session; the previous one is forgotten, not ended on the server. */
  readonly login: (credentials: Credentials, options?: CallOptions) => Promise<SessionTokens>;
  /** Ends the session, first locally and then on the server. No effect without a session. */
  readonly logout: (options?: CallOptions) => Promise<void>;
  readonly me: (options?: CallOptions) => Promise<User>;
  /** Changes the password and ends all other sessions of the user. */
  readonly changePassword: (change: PasswordChange, options?: CallOptions) => Promise<void>;
  /** For administrators. */
  readonly setRole: (userId: string, role: User['role'], options?: CallOptions) => Promise<User>;
}

export const createAuthApi = ({
  api,
  send,
  session,
}: ApiDeps & { readonly session: Session }): AuthApi => ({
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
  login: async (body, options) =>
    session.start(
      await dataOf(
        api.POST('/auth/login', {
          body,
          ...send({ access: 'anyone', repeatable: 'never' }, options),
        }),
      ),
    ),
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
  setRole: (userId, role, options) =>
    dataOf(
      api.PUT('/auth/users/{userId}/role', {
        params: { path: { userId } },
        body: { role },
        ...send({ access: 'user', repeatable: 'always' }, options),
      }),
    ),
});
