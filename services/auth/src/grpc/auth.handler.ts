import type { ComponentId } from '@flashreserve/contracts';
import type { AuthServiceServer } from '@flashreserve/contracts/auth';
import type { AccessPolicy, Handlers } from '@flashreserve/identity';
import { parseMessage } from '@flashreserve/rpc';
import type { ChangePassword } from '../application/change-password';
import type { CreateApiClient } from '../application/create-api-client';
import type { CreateGuest } from '../application/create-guest';
import type { EndSession } from '../application/end-session';
import type { IssueClientToken } from '../application/issue-client-token';
import type { IssueServiceToken } from '../application/issue-service-token';
import type { IssuerKeeper } from '../application/issuer-keeper';
import type { KeyRing } from '../application/key-ring';
import type { Login } from '../application/login';
import type { Queries } from '../application/queries';
import type { RefreshSession } from '../application/refresh-session';
import type { Register } from '../application/register';
import type { RevokeApiClient } from '../application/revoke-api-client';
import type { RevokeSession } from '../application/revoke-session';
import type { RotateClientSecret } from '../application/rotate-client-secret';
import type { SetUserRole } from '../application/set-user-role';
import { type AccountUseCases, createAccountHandler } from './account.handler';
import {
  toWireApiClient,
  toWireIssuer,
  toWireKey,
  toWireRevokedSession,
  toWireUser,
} from './auth.mapper';
import * as schemas from './auth.schemas';
import { apiClientTokens, revokedTokens } from './page-tokens';

/** Who may call each RPC. The use cases apply finer rules. */
export const ACCESS_POLICY: AccessPolicy<AuthServiceServer, ComponentId> = {
  register: 'open',
  createGuest: 'open',
  login: 'open',
  refreshSession: 'open',
  revokeSession: 'open',
  issueServiceToken: 'open',
  issueClientToken: 'open',
  getJwks: 'open',
  // Includes services that the operator adds: they verify user tokens too.
  listRevokedSessions: { services: 'any' },
  listTrustedIssuers: { services: 'any' },
  // No services: none needs names and e-mail addresses, and the gateway forwards the user's token.
  getUser: { users: 'any' },
  setUserRole: { users: 'admin' },
  changePassword: { users: 'any' },
  requestPasswordReset: 'open',
  confirmPasswordReset: 'open',
  createPasswordResetLink: { users: 'admin' },
  requestEmailChange: { users: 'any' },
  createEmailChangeLink: { users: 'admin' },
  confirmEmailChange: 'open',
  deleteAccount: { users: 'any' },
  deleteUser: { users: 'admin' },
  setUserStatus: { users: 'admin' },
  listUsers: { users: 'admin' },
  endSession: { users: 'any' },
  createApiClient: { users: 'admin' },
  listApiClients: { users: 'admin' },
  rotateApiClientSecret: { users: 'admin' },
  revokeApiClient: { users: 'admin' },
};

export interface AuthUseCases extends Queries, AccountUseCases {
  readonly register: Register;
  readonly createGuest: CreateGuest;
  readonly login: Login;
  readonly refreshSession: RefreshSession;
  readonly revokeSession: RevokeSession;
  readonly endSession: EndSession;
  readonly setUserRole: SetUserRole;
  readonly changePassword: ChangePassword;
  readonly issueServiceToken: IssueServiceToken;
  readonly createApiClient: CreateApiClient;
  readonly rotateClientSecret: RotateClientSecret;
  readonly revokeApiClient: RevokeApiClient;
  readonly issueClientToken: IssueClientToken;
  readonly keyRing: Pick<KeyRing, 'publicKeys'>;
  readonly issuers: Pick<IssuerKeeper, 'list'>;
}

/** Maps requests to use cases and results to responses; contains no rules. */
export const createAuthHandler = (useCases: AuthUseCases): Handlers<AuthServiceServer> => ({
  register: async (request, context) => {
    const registration = parseMessage(schemas.registerRequest, request);
    return {
      user: toWireUser(await useCases.register(registration, context.principal, context)),
    };
  },
  createGuest: async () => {
    const { user, tokens } = await useCases.createGuest();
    return { user: toWireUser(user), tokens };
  },
  login: async (request, context) => ({
    tokens: await useCases.login(parseMessage(schemas.loginRequest, request), context),
  }),
  refreshSession: async (request) => ({
    tokens: await useCases.refreshSession(
      parseMessage(schemas.refreshSessionRequest, request).refreshToken,
    ),
  }),
  revokeSession: async (request) => {
    await useCases.revokeSession(parseMessage(schemas.revokeSessionRequest, request).refreshToken);
    return {};
  },
  endSession: async (request, context) => {
    const { sessionId } = parseMessage(schemas.endSessionRequest, request);
    await useCases.endSession(sessionId, context.principal);
    return {};
  },
  getUser: async (request, context) => {
    const { userId } = parseMessage(schemas.getUserRequest, request);
    return { user: toWireUser(await useCases.getUser(userId, context.principal)) };
  },
  setUserRole: async (request, context) => {
    const change = parseMessage(schemas.setUserRoleRequest, request);
    return { user: toWireUser(await useCases.setUserRole(change, context.principal)) };
  },
  changePassword: async (request, context) => {
    const passwords = parseMessage(schemas.changePasswordRequest, request);
    await useCases.changePassword(passwords, context.principal, context);
    return {};
  },
  ...createAccountHandler(useCases),
  issueServiceToken: (request) =>
    useCases.issueServiceToken(parseMessage(schemas.issueServiceTokenRequest, request)),
  createApiClient: async (request, { principal }) => {
    const command = parseMessage(schemas.createApiClientRequest, request);
    const { client, clientSecret } = await useCases.createApiClient(command, principal);
    return { client: toWireApiClient(client), clientSecret };
  },
  listApiClients: async (request) => {
    const { pageToken, pageSize } = parseMessage(schemas.listApiClientsRequest, request);
    const after = apiClientTokens.read(pageToken);
    const { items, next } = await useCases.listApiClients({ after, pageSize });
    return { clients: items.map(toWireApiClient), nextPageToken: apiClientTokens.write(next) };
  },
  rotateApiClientSecret: async (request, { principal }) => {
    const command = parseMessage(schemas.rotateApiClientSecretRequest, request);
    const { client, clientSecret } = await useCases.rotateClientSecret(command, principal);
    return { client: toWireApiClient(client), clientSecret };
  },
  revokeApiClient: async (request, { principal }) => {
    const { clientId } = parseMessage(schemas.revokeApiClientRequest, request);
    return { client: toWireApiClient(await useCases.revokeApiClient(clientId, principal)) };
  },
  issueClientToken: async (request) => {
    const { scopes, ...issued } = await useCases.issueClientToken(
      parseMessage(schemas.issueClientTokenRequest, request),
    );
    return { ...issued, scopes: [...scopes] };
  },
  listRevokedSessions: async (request) => {
    const { pageToken, ...query } = parseMessage(schemas.listRevokedSessionsRequest, request);
    const after = revokedTokens.read(pageToken);
    const { items, next, readAt } = await useCases.listRevokedSessions({ ...query, after });
    return {
      sessions: items.map(toWireRevokedSession),
      nextPageToken: revokedTokens.write(next),
      readTime: readAt,
    };
  },
  listTrustedIssuers: async (request) => {
    const { refreshAlias } = parseMessage(schemas.listTrustedIssuersRequest, request);
    const { issuers, refreshMs } = await useCases.issuers.list(refreshAlias);
    return { issuers: issuers.map(toWireIssuer), refreshSeconds: refreshMs / 1_000 };
  },
  getJwks: async () => ({ keys: (await useCases.keyRing.publicKeys()).map(toWireKey) }),
});
