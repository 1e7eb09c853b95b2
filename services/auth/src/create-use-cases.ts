import type { Clock, Logger } from '@flashreserve/ops';
import { createIssueLink } from './application/account-links';
import type { Mailer } from './application/account-ports';
import { createChangeEmail } from './application/change-email';
import { createChangePassword } from './application/change-password';
import { createCreateApiClient } from './application/create-api-client';
import { createCreateGuest } from './application/create-guest';
import { createEndAccount } from './application/end-account';
import { createEndSession } from './application/end-session';
import { createIssueAccessToken } from './application/issue-access-token';
import { createIssueClientToken } from './application/issue-client-token';
import { createIssueServiceToken } from './application/issue-service-token';
import type { IssuerKeeper } from './application/issuer-keeper';
import type { KeyRing } from './application/key-ring';
import { createLogin } from './application/login';
import { createOpenSession } from './application/open-session';
import type { PasswordHasher, UserRepository } from './application/ports';
import { createQueries } from './application/queries';
import { createRefreshSession } from './application/refresh-session';
import { createRegister } from './application/register';
import { createResetPassword } from './application/reset-password';
import { createRevokeApiClient } from './application/revoke-api-client';
import { createRevokeSession } from './application/revoke-session';
import { createRotateClientSecret } from './application/rotate-client-secret';
import { createSetUserRole } from './application/set-user-role';
import type { AuthConfig } from './config';
import { createClientSecretSource } from './crypto/client-secret.source';
import { createRefreshTokenSource } from './crypto/refresh-token.source';
import { createServiceClientDirectory } from './crypto/service-client.directory';
import type { AuthUseCases } from './grpc/auth.handler';
import { createAccountRepository } from './mongo/account.repository';
import { createApiClientRepository } from './mongo/api-client.repository';
import type { AuthModels } from './mongo/models';
import { createSessionRepository } from './mongo/session.repository';

export const createUseCases = (parts: {
  readonly config: AuthConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly models: AuthModels;
  readonly users: UserRepository;
  readonly hasher: PasswordHasher;
  readonly keyRing: KeyRing;
  readonly mailer: Mailer;
  readonly issuers: IssuerKeeper;
}): AuthUseCases => {
  const { config, log, clock, users, hasher, keyRing, mailer, issuers } = parts;
  const sessions = createSessionRepository(parts.models);
  const accounts = createAccountRepository(parts.models);
  const apiClients = createApiClientRepository(parts.models);
  const clientSecrets = createClientSecretSource();
  const refreshTokens = createRefreshTokenSource();
  const refreshTtlSeconds = config.REFRESH_TOKEN_TTL_SECONDS;
  const issueAccessToken = createIssueAccessToken({
    keyRing,
    clock,
    ttlSeconds: {
      user: config.ACCESS_TOKEN_TTL_SECONDS,
      client: config.ACCESS_TOKEN_TTL_SECONDS,
      service: config.SERVICE_TOKEN_TTL_SECONDS,
    },
  });
  const openSession = createOpenSession({ sessions, refreshTokens, clock, refreshTtlSeconds });
  const administered = { users, sessions, apiClients, clientSecrets, clock, log };
  const issueLink = createIssueLink({
    accounts,
    tokens: refreshTokens,
    publicUrl: config.PUBLIC_URL,
  });
  const linked = { users, sessions, accounts, issueLink, mailer, hasher, clock, log };
  return {
    keyRing,
    issuers,
    ...createQueries({
      users,
      sessions,
      accounts,
      apiClients,
      clock,
      userTokenTtlSeconds: config.ACCESS_TOKEN_TTL_SECONDS,
    }),
    register: createRegister({ users, sessions, hasher, clock }),
    createGuest: createCreateGuest({
      users,
      openSession,
      issueAccessToken,
      clock,
      refreshTtlSeconds,
    }),
    login: createLogin({ users, hasher, openSession, issueAccessToken }),
    refreshSession: createRefreshSession({
      users,
      sessions,
      refreshTokens,
      issueAccessToken,
      clock,
      refreshTtlSeconds,
      graceSeconds: config.REFRESH_GRACE_SECONDS,
      log,
    }),
    revokeSession: createRevokeSession({ sessions, refreshTokens, clock }),
    endSession: createEndSession({ sessions, clock }),
    setUserRole: createSetUserRole({ users, sessions, clock, log }),
    ...createResetPassword({ ...linked, tokens: refreshTokens }),
    ...createChangeEmail({ ...linked, tokens: refreshTokens }),
    ...createEndAccount({ users, sessions, accounts, hasher, clock, log }),
    changePassword: createChangePassword({ users, hasher, clock, log }),
    issueServiceToken: createIssueServiceToken({
      clients: createServiceClientDirectory(config.SERVICE_CLIENTS),
      issueAccessToken,
    }),
    createApiClient: createCreateApiClient(administered),
    rotateClientSecret: createRotateClientSecret(administered),
    revokeApiClient: createRevokeApiClient(administered),
    issueClientToken: createIssueClientToken({
      apiClients,
      clientSecrets,
      issueAccessToken,
      clock,
      log,
    }),
  };
};
