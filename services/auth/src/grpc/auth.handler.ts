import type { ComponentId } from '@flashreserve/contracts';
import type { AuthServiceServer } from '@flashreserve/contracts/auth';
import type { AccessPolicy, Handlers } from '@flashreserve/identity';
import { parseMessage } from '@flashreserve/rpc';
import type { ChangePassword } from '../application/change-password';
import type { EndSession } from '../application/end-session';
import type { IssueServiceToken } from '../application/issue-service-token';
import type { KeyRing } from '../application/key-ring';
import type { Login } from '../application/login';
import type { Queries } from '../application/queries';
import type { RefreshSession } from '../application/refresh-session';
import type { Register } from '../application/register';
import type { RevokeSession } from '../application/revoke-session';
import type { SetUserRole } from '../application/set-user-role';
import { toWireKey, toWireRevokedSession, toWireUser } from './auth.mapper';
import * as schemas from './auth.schemas';
import { revokedTokens } from './page-tokens';

/** Who may call each RPC. The use cases apply finer rules. */
export const ACCESS_POLICY: AccessPolicy<AuthServiceServer, ComponentId> = {
  register: 'open',
  login: 'open',
  refreshSession: 'open',
  revokeSession: 'open',
  issueServiceToken: 'open',
  getJwks: 'open',
  // Includes services that the operator adds: they verify user tokens too.
  listRevokedSessions: { services: 'any' },
  // No services: none needs names and e-mail addresses, and the gateway forwards the user's token.
  getUser: { users: 'any' },
  setUserRole: { users: 'admin' },
  changePassword: { users: 'any' },
  endSession: { users: 'any' },
};

export interface AuthUseCases extends Queries {
  readonly register: Register;
  readonly login: Login;
  readonly refreshSession: RefreshSession;
  readonly revokeSession: RevokeSession;
  readonly endSession: EndSession;
  readonly setUserRole: SetUserRole;
  readonly changePassword: ChangePassword;
  readonly issueServiceToken: IssueServiceToken;
  readonly keyRing: Pick<KeyRing, 'publicKeys'>;
}

/** Maps requests to use cases and results to responses; contains no rules. */
export const createAuthHandler = (useCases: AuthUseCases): Handlers<AuthServiceServer> => ({
  register: async (request, context) => {
    const registration = parseMessage(schemas.registerRequest, request);
    return {
      user: toWireUser(await useCases.register(registration, context.principal, context)),
    };
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
  issueServiceToken: (request) =>
    useCases.issueServiceToken(parseMessage(schemas.issueServiceTokenRequest, request)),
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
  getJwks: async () => ({ keys: (await useCases.keyRing.publicKeys()).map(toWireKey) }),
});
