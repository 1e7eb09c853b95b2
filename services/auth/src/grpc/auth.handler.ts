import type { AuthServiceServer } from '@flashreserve/contracts/auth';
import type { Handlers } from '@flashreserve/identity';
import { encodePageToken, parseMessage } from '@flashreserve/rpc';
import type { ChangePassword } from '../application/change-password';
import type { EndSession } from '../application/end-session';
import type { GetUser } from '../application/get-user';
import type { IssueServiceToken } from '../application/issue-service-token';
import type { KeyRing } from '../application/key-ring';
import type { ListRevokedSessions } from '../application/list-revoked-sessions';
import type { Login } from '../application/login';
import type { RefreshSession } from '../application/refresh-session';
import type { Register } from '../application/register';
import type { RevokeSession } from '../application/revoke-session';
import type { SetUserRole } from '../application/set-user-role';
import { toJsonWebKey, toWireUser } from './auth.mapper';
import { REQUESTS, readRevokedCursor } from './auth.schemas';

export interface AuthUseCases {
  readonly register: Register;
  readonly login: Login;
  readonly refreshSession: RefreshSession;
  readonly revokeSession: RevokeSession;
  readonly endSession: EndSession;
  readonly getUser: GetUser;
  readonly setUserRole: SetUserRole;
  readonly changePassword: ChangePassword;
  readonly issueServiceToken: IssueServiceToken;
  readonly listRevokedSessions: ListRevokedSessions;
  readonly keyRing: Pick<KeyRing, 'publicKeys'>;
}

/** Maps requests to use cases and results to responses; contains no rules. */
export const createAuthHandlers = (useCases: AuthUseCases): Handlers<AuthServiceServer> => ({
  register: async (request, context) => {
    const registration = parseMessage(REQUESTS.register, request);
    return {
      user: toWireUser(await useCases.register(registration, context.principal, context)),
    };
  },
  login: async (request, context) => ({
    tokens: await useCases.login(parseMessage(REQUESTS.login, request), context),
  }),
  refreshSession: async (request) => ({
    tokens: await useCases.refreshSession(
      parseMessage(REQUESTS.refreshSession, request).refreshToken,
    ),
  }),
  revokeSession: async (request) => {
    await useCases.revokeSession(parseMessage(REQUESTS.revokeSession, request).refreshToken);
    return {};
  },
  endSession: async (request, context) => {
    const { sessionId } = parseMessage(REQUESTS.endSession, request);
    await useCases.endSession(sessionId, context.principal);
    return {};
  },
  getUser: async (request, context) => {
    const { userId } = parseMessage(REQUESTS.getUser, request);
    return { user: toWireUser(await useCases.getUser(userId, context.principal)) };
  },
  setUserRole: async (request, context) => {
    const change = parseMessage(REQUESTS.setUserRole, request);
    return { user: toWireUser(await useCases.setUserRole(change, context.principal)) };
  },
  changePassword: async (request, context) => {
    const passwords = parseMessage(REQUESTS.changePassword, request);
    await useCases.changePassword(passwords, context.principal, context);
    return {};
  },
  issueServiceToken: (request) =>
    useCases.issueServiceToken(parseMessage(REQUESTS.issueServiceToken, request)),
  listRevokedSessions: async (request) => {
    const { pageToken, ...query } = parseMessage(REQUESTS.listRevokedSessions, request);
    const page = await useCases.listRevokedSessions({
      ...query,
      after: readRevokedCursor(pageToken),
    });
    return {
      sessions: [...page.sessions],
      nextPageToken: page.next === undefined ? '' : encodePageToken(page.next),
      readTime: page.readTime,
    };
  },
  getJwks: async () => ({ keys: (await useCases.keyRing.publicKeys()).map(toJsonWebKey) }),
});
