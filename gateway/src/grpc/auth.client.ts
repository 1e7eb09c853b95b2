import type {
  JsonWebKey,
  RegisterRequest,
  Role,
  TokenPair,
  User,
} from '@flashreserve/contracts/auth';
import type { AuthConnection, ServiceCredential } from '@flashreserve/identity';
import { callUnary, type UnaryCallOptions } from '@flashreserve/rpc';
import { answerOf, promised, serviceUnavailable } from './service-error';

/**
 * The gateway's client of auth. Every function throws DomainError, with auth's reasons unchanged.
 */
export interface AuthApi {
  readonly register: (request: RegisterRequest, call: UnaryCallOptions) => Promise<User>;
  readonly login: (
    credentials: { readonly email: string; readonly password: string },
    call: UnaryCallOptions,
  ) => Promise<TokenPair>;
  readonly refreshSession: (refreshToken: string, call: UnaryCallOptions) => Promise<TokenPair>;
  readonly revokeSession: (refreshToken: string, call: UnaryCallOptions) => Promise<void>;
  /** Ends the session of the call's token. */
  readonly endSession: (sessionId: string, call: UnaryCallOptions) => Promise<void>;
  readonly getUser: (userId: string, call: UnaryCallOptions) => Promise<User>;
  readonly setUserRole: (userId: string, role: Role, call: UnaryCallOptions) => Promise<User>;
  readonly changePassword: (
    passwords: { readonly currentPassword: string; readonly newPassword: string },
    call: UnaryCallOptions,
  ) => Promise<void>;
  readonly getJwks: (call: UnaryCallOptions) => Promise<readonly JsonWebKey[]>;
  /** @throws DomainError AUTH_UNAVAILABLE if the gateway cannot get its own token for any reason */
  readonly serviceToken: (deadline?: Date) => Promise<ServiceCredential>;
}

export const createAuthApi = ({ client, serviceToken }: AuthConnection): AuthApi => ({
  register: async (request, call) => {
    const { user } = await answerOf('auth', callUnary(client, 'register', request, call));
    return promised(user, 'user');
  },
  login: async (credentials, call) => {
    const { tokens } = await answerOf('auth', callUnary(client, 'login', credentials, call));
    return promised(tokens, 'tokens');
  },
  refreshSession: async (refreshToken, call) => {
    const { tokens } = await answerOf(
      'auth',
      callUnary(client, 'refreshSession', { refreshToken }, call),
    );
    return promised(tokens, 'tokens');
  },
  revokeSession: async (refreshToken, call) => {
    await answerOf('auth', callUnary(client, 'revokeSession', { refreshToken }, call));
  },
  endSession: async (sessionId, call) => {
    await answerOf('auth', callUnary(client, 'endSession', { sessionId }, call));
  },
  getUser: async (userId, call) => {
    const { user } = await answerOf('auth', callUnary(client, 'getUser', { userId }, call));
    return promised(user, 'user');
  },
  setUserRole: async (userId, role, call) => {
    const { user } = await answerOf(
      'auth',
      callUnary(client, 'setUserRole', { userId, role }, call),
    );
    return promised(user, 'user');
  },
  changePassword: async (passwords, call) => {
    await answerOf('auth', callUnary(client, 'changePassword', passwords, call));
  },
  getJwks: async (call) => (await answerOf('auth', callUnary(client, 'getJwks', {}, call))).keys,
  serviceToken: async (deadline) => {
    try {
      return await serviceToken(deadline);
    } catch (error) {
      // A rejected secret is a configuration error, not the caller's fault: it must not become a
      // 401.
      throw serviceUnavailable('auth', error);
    }
  },
});
