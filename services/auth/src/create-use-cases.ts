import type { Clock, Logger } from '@flashreserve/ops';
import { createChangePassword } from './application/change-password';
import { createEndSession } from './application/end-session';
import { createIssueAccessToken } from './application/issue-access-token';
import { createIssueServiceToken } from './application/issue-service-token';
import type { KeyRing } from './application/key-ring';
import { createLogin } from './application/login';
import type { PasswordHasher, UserRepository } from './application/ports';
import { createQueries } from './application/queries';
import { createRefreshSession } from './application/refresh-session';
import { createRegister } from './application/register';
import { createRevokeSession } from './application/revoke-session';
import { createSetUserRole } from './application/set-user-role';
import type { AuthConfig } from './config';
import { createRefreshTokenSource } from './crypto/refresh-token.source';
import { createServiceClientDirectory } from './crypto/service-client.directory';
import type { AuthUseCases } from './grpc/auth.handler';
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
}): AuthUseCases => {
  const { config, log, clock, users, hasher, keyRing } = parts;
  const sessions = createSessionRepository(parts.models);
  const refreshTokens = createRefreshTokenSource();
  const refreshTtlSeconds = config.REFRESH_TOKEN_TTL_SECONDS;
  const issueAccessToken = createIssueAccessToken({
    keyRing,
    clock,
    ttlSeconds: {
      user: config.ACCESS_TOKEN_TTL_SECONDS,
      service: config.SERVICE_TOKEN_TTL_SECONDS,
    },
  });
  const shared = { users, sessions, refreshTokens, issueAccessToken, clock, refreshTtlSeconds };
  return {
    keyRing,
    ...createQueries({
      users,
      sessions,
      clock,
      userTokenTtlSeconds: config.ACCESS_TOKEN_TTL_SECONDS,
    }),
    register: createRegister({ users, sessions, hasher, clock }),
    login: createLogin({ ...shared, hasher }),
    refreshSession: createRefreshSession({
      ...shared,
      graceSeconds: config.REFRESH_GRACE_SECONDS,
      log,
    }),
    revokeSession: createRevokeSession({ sessions, refreshTokens, clock }),
    endSession: createEndSession({ sessions, clock }),
    setUserRole: createSetUserRole({ users, sessions, clock, log }),
    changePassword: createChangePassword({ users, hasher, clock, log }),
    issueServiceToken: createIssueServiceToken({
      clients: createServiceClientDirectory(config.SERVICE_CLIENTS),
      issueAccessToken,
    }),
  };
};
