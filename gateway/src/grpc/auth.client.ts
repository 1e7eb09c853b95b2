import type {
  ApiClient,
  CreateApiClientRequest,
  CreateEmailChangeLinkRequest,
  CreateEmailChangeLinkResponse,
  CreatePasswordResetLinkResponse,
  IssueClientTokenRequest,
  IssueClientTokenResponse,
  JsonWebKey,
  ListApiClientsRequest,
  ListApiClientsResponse,
  ListUsersRequest,
  ListUsersResponse,
  RegisterRequest,
  Role,
  TokenPair,
  User,
  UserStatus,
} from '@flashreserve/contracts/auth';
import type { AuthConnection, ServiceCredential } from '@flashreserve/identity';
import { callUnary, type UnaryCallOptions } from '@flashreserve/rpc';
import { answerOf, promised, serviceUnavailable } from './service-error';

/** An API client and its new secret, which cannot be read again. */
export interface IssuedSecret {
  readonly client: ApiClient;
  readonly clientSecret: string;
}

/** A new guest. */
export interface Guest {
  readonly userId: string;
  readonly tokens: TokenPair;
}

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
  readonly requestPasswordReset: (email: string, call: UnaryCallOptions) => Promise<void>;
  readonly confirmPasswordReset: (
    request: { readonly token: string; readonly newPassword: string },
    call: UnaryCallOptions,
  ) => Promise<void>;
  readonly createPasswordResetLink: (
    userId: string,
    call: UnaryCallOptions,
  ) => Promise<CreatePasswordResetLinkResponse>;
  readonly requestEmailChange: (
    request: { readonly newEmail: string; readonly password: string },
    call: UnaryCallOptions,
  ) => Promise<void>;
  readonly createEmailChangeLink: (
    request: CreateEmailChangeLinkRequest,
    call: UnaryCallOptions,
  ) => Promise<CreateEmailChangeLinkResponse>;
  readonly confirmEmailChange: (token: string, call: UnaryCallOptions) => Promise<void>;
  /** Deletes the caller; the password is empty for a guest. */
  readonly deleteAccount: (password: string, call: UnaryCallOptions) => Promise<void>;
  readonly deleteUser: (userId: string, call: UnaryCallOptions) => Promise<void>;
  readonly setUserStatus: (
    userId: string,
    status: UserStatus,
    call: UnaryCallOptions,
  ) => Promise<User>;
  readonly listUsers: (
    request: ListUsersRequest,
    call: UnaryCallOptions,
  ) => Promise<ListUsersResponse>;
  /** A new guest and its tokens. */
  readonly createGuest: (call: UnaryCallOptions) => Promise<Guest>;
  readonly createApiClient: (
    request: CreateApiClientRequest,
    call: UnaryCallOptions,
  ) => Promise<IssuedSecret>;
  readonly listApiClients: (
    request: ListApiClientsRequest,
    call: UnaryCallOptions,
  ) => Promise<ListApiClientsResponse>;
  readonly rotateApiClientSecret: (
    request: { readonly clientId: string; readonly overlapSeconds: number },
    call: UnaryCallOptions,
  ) => Promise<IssuedSecret>;
  readonly revokeApiClient: (clientId: string, call: UnaryCallOptions) => Promise<ApiClient>;
  /** @throws DomainError INVALID_CREDENTIALS, SCOPE_REQUIRED */
  readonly issueClientToken: (
    request: IssueClientTokenRequest,
    call: UnaryCallOptions,
  ) => Promise<IssueClientTokenResponse>;
  readonly getJwks: (call: UnaryCallOptions) => Promise<readonly JsonWebKey[]>;
  /** @throws DomainError AUTH_UNAVAILABLE if the gateway cannot get its own token for any reason */
  readonly serviceToken: (deadline?: Date) => Promise<ServiceCredential>;
}

const toIssuedSecret = (answer: {
  readonly client?: ApiClient | undefined;
  readonly clientSecret: string;
}): IssuedSecret => ({
  client: promised(answer.client, 'client'),
  clientSecret: answer.clientSecret,
});

type AccountApi = Pick<
  AuthApi,
  | 'requestPasswordReset'
  | 'confirmPasswordReset'
  | 'createPasswordResetLink'
  | 'requestEmailChange'
  | 'createEmailChangeLink'
  | 'confirmEmailChange'
  | 'deleteAccount'
  | 'deleteUser'
  | 'setUserStatus'
  | 'listUsers'
>;

const createAccountApi = ({ client }: Pick<AuthConnection, 'client'>): AccountApi => ({
  requestPasswordReset: async (email, call) => {
    await answerOf('auth', callUnary(client, 'requestPasswordReset', { email }, call));
  },
  confirmPasswordReset: async (request, call) => {
    await answerOf('auth', callUnary(client, 'confirmPasswordReset', request, call));
  },
  createPasswordResetLink: (userId, call) =>
    answerOf('auth', callUnary(client, 'createPasswordResetLink', { userId }, call)),
  requestEmailChange: async (request, call) => {
    await answerOf('auth', callUnary(client, 'requestEmailChange', request, call));
  },
  createEmailChangeLink: (request, call) =>
    answerOf('auth', callUnary(client, 'createEmailChangeLink', request, call)),
  confirmEmailChange: async (token, call) => {
    await answerOf('auth', callUnary(client, 'confirmEmailChange', { token }, call));
  },
  deleteAccount: async (password, call) => {
    await answerOf('auth', callUnary(client, 'deleteAccount', { password }, call));
  },
  deleteUser: async (userId, call) => {
    await answerOf('auth', callUnary(client, 'deleteUser', { userId }, call));
  },
  setUserStatus: async (userId, status, call) => {
    const request = { userId, status };
    const { user } = await answerOf('auth', callUnary(client, 'setUserStatus', request, call));
    return promised(user, 'user');
  },
  listUsers: (request, call) => answerOf('auth', callUnary(client, 'listUsers', request, call)),
});

export const createAuthApi = ({ client, serviceToken }: AuthConnection): AuthApi => ({
  ...createAccountApi({ client }),
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
  createGuest: async (call) => {
    const { user, tokens } = await answerOf('auth', callUnary(client, 'createGuest', {}, call));
    return { userId: promised(user, 'user').userId, tokens: promised(tokens, 'tokens') };
  },
  createApiClient: async (request, call) =>
    toIssuedSecret(await answerOf('auth', callUnary(client, 'createApiClient', request, call))),
  listApiClients: (request, call) =>
    answerOf('auth', callUnary(client, 'listApiClients', request, call)),
  rotateApiClientSecret: async (request, call) =>
    toIssuedSecret(
      await answerOf('auth', callUnary(client, 'rotateApiClientSecret', request, call)),
    ),
  revokeApiClient: async (clientId, call) => {
    const answer = await answerOf('auth', callUnary(client, 'revokeApiClient', { clientId }, call));
    return promised(answer.client, 'client');
  },
  issueClientToken: (request, call) =>
    answerOf('auth', callUnary(client, 'issueClientToken', request, call)),
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
