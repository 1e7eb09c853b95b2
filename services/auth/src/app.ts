import { availableParallelism } from 'node:os';
import { AuthServiceService } from '@flashreserve/contracts/auth';
import {
  createRevokedSessions,
  createTokenVerifier,
  defineService,
  type RevokedSessionsAnswer,
} from '@flashreserve/identity';
import {
  type Clock,
  createLifecycle,
  createMetrics,
  createServingState,
  createTracing,
  isOn,
  type Lifecycle,
  type Logger,
  leaveRotation,
  type ServingState,
  serveMetrics,
  systemClock,
  type Tracing,
} from '@flashreserve/ops';
import { readMutualTls, startGrpcServer } from '@flashreserve/rpc';
import { connectMongo, translateStoreError, watchStore } from '@flashreserve/store';
import { bootstrapAdmin } from './application/bootstrap-admin';
import { createChangePassword } from './application/change-password';
import { createEndSession } from './application/end-session';
import { createGetUser } from './application/get-user';
import { createIssueAccessToken } from './application/issue-access-token';
import { createIssueServiceToken } from './application/issue-service-token';
import { createKeyRing, type KeyRing } from './application/key-ring';
import {
  createListRevokedSessions,
  type ListRevokedSessions,
} from './application/list-revoked-sessions';
import { createLogin } from './application/login';
import type { PasswordHasher, UserRepository } from './application/ports';
import { createRefreshSession } from './application/refresh-session';
import { createRegister } from './application/register';
import { createRevokeSession } from './application/revoke-session';
import { createSetUserRole } from './application/set-user-role';
import type { AuthConfig } from './config';
import { createArgon2Hasher } from './crypto/argon2.hasher';
import { createKeyCipher } from './crypto/key.cipher';
import { createKeyVault } from './crypto/key-vault';
import { createRefreshTokenSource } from './crypto/refresh-token.source';
import { createServiceClientDirectory } from './crypto/service-client.directory';
import { ACCESS_POLICY } from './grpc/access-policy';
import { type AuthUseCases, createAuthHandlers } from './grpc/auth.handler';
import { type AuthMetrics, createAuthMetrics } from './metrics/auth-metrics';
import { type AuthModels, createAuthModels, prepareAuthModels } from './mongo/models';
import { createSessionRepository } from './mongo/session.repository';
import { createSigningKeyRepository } from './mongo/signing-key.repository';
import { createUserRepository } from './mongo/user.repository';

export { type AuthConfig, configSchema } from './config';

const SERVICE_NAME = 'flashreserve.auth.v1.AuthService';
const ERROR_DOMAIN = 'auth.flashreserve';
/** Half of libuv's four threads, so that hashing never blocks DNS lookups and file access. */
const HASHING_CORES_MAX = 2;
const BOOTSTRAP_HASHING_MS = 30_000;
/**
 * Short, because keys come from this process: a key that another instance created is picked up
 * soon.
 */
const OWN_KEYS_COOLDOWN_MS = 1_000;
const REVOKED_PAGE_SIZE = 5_000;

export interface AppDependencies {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly tracing?: Tracing;
}

/** A running auth service. */
export interface App {
  /** Port of the gRPC server. */
  readonly port: number;
  /** Lets in-flight calls finish and closes everything. */
  readonly stop: () => Promise<void>;
}

interface Parts {
  readonly config: AuthConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly tracing: Tracing;
  readonly measure: AuthMetrics;
  readonly models: AuthModels;
  readonly users: UserRepository;
  readonly hasher: PasswordHasher;
  readonly keyRing: KeyRing;
  readonly serving: ServingState;
}

const createUseCases = (parts: Parts): AuthUseCases => {
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
    register: createRegister({ users, sessions, hasher, clock }),
    login: createLogin({ ...shared, hasher }),
    refreshSession: createRefreshSession({
      ...shared,
      graceSeconds: config.REFRESH_GRACE_SECONDS,
      log,
    }),
    revokeSession: createRevokeSession({ sessions, refreshTokens, clock }),
    endSession: createEndSession({ sessions, clock }),
    getUser: createGetUser({ users }),
    setUserRole: createSetUserRole({ users, sessions, clock, log }),
    changePassword: createChangePassword({ users, hasher, clock, log }),
    listRevokedSessions: createListRevokedSessions({
      sessions,
      clock,
      ttlSeconds: config.ACCESS_TOKEN_TTL_SECONDS,
    }),
    issueServiceToken: createIssueServiceToken({
      clients: createServiceClientDirectory(config.SERVICE_CLIENTS),
      issueAccessToken,
    }),
  };
};

/** Reads all pages from the local store. */
const readAllRevoked = async (
  list: ListRevokedSessions,
  endedSince: Date | undefined,
): Promise<RevokedSessionsAnswer> => {
  const first = await list({ endedSince, pageSize: REVOKED_PAGE_SIZE, after: undefined });
  const sessions = [...first.sessions];
  for (let { next } = first; next !== undefined; ) {
    const page = await list({ endedSince, pageSize: REVOKED_PAGE_SIZE, after: next });
    sessions.push(...page.sessions);
    next = page.next;
  }
  return { sessions, readTime: first.readTime };
};

const createHasher = (): Promise<PasswordHasher> =>
  createArgon2Hasher({
    cores: Math.min(availableParallelism(), HASHING_CORES_MAX),
    // Deadlines come from the transport and run in real time, even if the domain uses another
    // clock.
    clock: systemClock,
  });

const makeFirstAdmin = ({ config, users, hasher, clock, log }: Parts): Promise<void> => {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = config;
  const admin = email === undefined || password === undefined ? undefined : { email, password };
  const limits = {
    deadline: new Date(Date.now() + BOOTSTRAP_HASHING_MS),
    signal: new AbortController().signal,
  };
  return bootstrapAdmin(admin, { users, hasher, limits, clock, log });
};

const serve = async (parts: Parts, lifecycle: Lifecycle): Promise<number> => {
  const { config, log, clock, keyRing, tracing, measure } = parts;
  const useCases = createUseCases(parts);
  const revokedSessions = createRevokedSessions({
    clock,
    fetch: (endedSince) => readAllRevoked(useCases.listRevokedSessions, endedSince),
  });
  lifecycle.onStop('revoked sessions', revokedSessions.stop);
  const server = await startGrpcServer({
    host: config.HOST,
    port: config.AUTH_GRPC_PORT,
    serviceName: SERVICE_NAME,
    reflection: isOn(config.GRPC_REFLECTION, config),
    serving: parts.serving,
    tls: readMutualTls(config),
    log,
    service: defineService({
      definition: AuthServiceService,
      domain: ERROR_DOMAIN,
      policy: ACCESS_POLICY,
      handlers: createAuthHandlers(useCases),
      verifier: createTokenVerifier({
        clock,
        revokedSessions,
        refetchCooldownMs: OWN_KEYS_COOLDOWN_MS,
        fetchKeys: async () => (await keyRing.publicKeys()).map((key) => ({ kty: 'RSA', ...key })),
      }),
      translateError: translateStoreError,
      log,
      tracing,
      rpcMetrics: measure.rpc,
    }),
  });
  lifecycle.onStop('grpc server', () => server.stop());
  const watch = watchStore({
    connection: parts.models.connection,
    report: server.setServing,
    log,
    metrics: measure.mongo,
  });
  server.setServing(true);
  leaveRotation(lifecycle, {
    turnOff: () => {
      watch.stop();
      server.setServing(false);
    },
    waitMs: config.DRAIN_WAIT_MS,
  });
  return server.port;
};

const start = async (
  config: AuthConfig,
  deps: AppDependencies,
  lifecycle: Lifecycle,
): Promise<number> => {
  const { log, clock = systemClock } = deps;
  const tracing = deps.tracing ?? createTracing(config, { component: 'auth', log, lifecycle });
  const metrics = createMetrics();
  const measure = createAuthMetrics(metrics);
  const connection = await connectMongo({
    uri: config.MONGO_URI,
    dbName: `${config.MONGO_DB_PREFIX}_auth`,
    log,
    tracing,
    metrics: measure.mongo,
  });
  lifecycle.onStop('mongo', () => connection.close());
  const models = createAuthModels(connection);
  await prepareAuthModels(models);
  const keyRing = createKeyRing({
    keys: createSigningKeyRepository(models),
    vault: createKeyVault({ cipher: createKeyCipher(config.KEY_ENCRYPTION_SECRET) }),
    clock,
    log,
    maxAgeDays: config.SIGNING_KEY_MAX_AGE_DAYS,
    tokenLifeMaxSeconds: Math.max(
      config.ACCESS_TOKEN_TTL_SECONDS,
      config.SERVICE_TOKEN_TTL_SECONDS,
    ),
  });
  // Creates the first key and fails early if the secret cannot decrypt the stored ones.
  await keyRing.signer();
  const users = createUserRepository(models);
  const hasher = await createHasher();
  const serving = createServingState('auth');
  const parts = { config, log, clock, tracing, measure, models, users, hasher, keyRing, serving };
  await makeFirstAdmin(parts);
  const { checkReadiness } = serving;
  await serveMetrics({ metrics, config, checkReadiness, lifecycle, log });
  return serve(parts, lifecycle);
};

/**
 * Starts auth: connects to the store; creates indexes, the first signing key and the first
 * administrator if they are missing; then serves.
 *
 * @throws ConfigError when KEY_ENCRYPTION_SECRET does not decrypt the stored keys; any error from
 *   connecting to the store or binding the port
 */
export const createApp = async (
  config: AuthConfig,
  dependencies: AppDependencies,
): Promise<App> => {
  const lifecycle = createLifecycle({ log: dependencies.log });
  try {
    const port = await start(config, dependencies, lifecycle);
    dependencies.log.info({ port }, 'Auth is serving.');
    return { port, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};
