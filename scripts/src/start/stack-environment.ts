import { type DevSecrets, serviceClients } from './dev-secrets';

/** Used when ADMIN_EMAIL is not set; ".example" is a reserved domain. */
const ADMIN_EMAIL_DEFAULT = 'admin@flashreserve.example';

/**
 * Limits the memory of every component: a heap limit in megabytes makes the garbage collector run
 * before the heap grows far beyond the live data, and few arenas keep native memory compact. Same
 * as in the Dockerfile.
 */
const MEMORY_LIMITS = { HEAP_MB: '256', MALLOC_ARENA_MAX: '2' } as const;
/**
 * Megabytes of a semi-space, of which the young generation has up to three. A request's objects die
 * within milliseconds; with Node's default of 16, collecting them takes a fifth of the CPU in a
 * rush.
 */
const SEMI_SPACE_MB = 32;

const nodeOptions = (env: NodeJS.ProcessEnv): string =>
  env['NODE_OPTIONS'] ||
  [
    `--max-old-space-size=${env['HEAP_MB'] || MEMORY_LIMITS.HEAP_MB}`,
    `--max-semi-space-size=${SEMI_SPACE_MB}`,
  ].join(' ');

/** All clients of a local stack share one address, so a limit per address makes no sense. */
const PER_ADDRESS_DEFAULT = '0';

/** Variables with certificate locations; readiness checks use the certificates too. */
const TLS_VARIABLES = ['GRPC_TLS_DIR', 'GRPC_TLS_CERT', 'GRPC_TLS_KEY', 'GRPC_TLS_CA'] as const;

const tlsVariables = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(TLS_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));

/**
 * The environment shared by all components of a local stack; the caller's environment takes
 * precedence.
 */
export const stackEnvironment = (options: {
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: DevSecrets;
  readonly mongoUri: string;
  readonly redisUrl: string;
}): Readonly<Record<string, string>> => {
  const { env, secrets, mongoUri, redisUrl } = options;
  return {
    NODE_ENV: env['NODE_ENV'] || 'production',
    NODE_OPTIONS: nodeOptions(env),
    MALLOC_ARENA_MAX: env['MALLOC_ARENA_MAX'] || MEMORY_LIMITS.MALLOC_ARENA_MAX,
    LOG_FORMAT: env['LOG_FORMAT'] || 'text',
    // A line per request would scroll the banner's addresses and password away.
    LOG_REQUESTS: env['LOG_REQUESTS'] || 'false',
    ...secrets,
    ADMIN_EMAIL: env['ADMIN_EMAIL'] || ADMIN_EMAIL_DEFAULT,
    SERVICE_CLIENTS: serviceClients(secrets, env['MORE_SERVICE_CLIENTS']),
    MONGO_URI: mongoUri,
    REDIS_URL: redisUrl,
    ...tlsVariables(env),
    REGISTRATIONS_PER_ADDRESS: env['REGISTRATIONS_PER_ADDRESS'] || PER_ADDRESS_DEFAULT,
    GUESTS_PER_MINUTE_PER_ADDRESS: env['GUESTS_PER_MINUTE_PER_ADDRESS'] || PER_ADDRESS_DEFAULT,
  };
};
