import { type DevSecrets, serviceClients } from './dev-secrets';

/** Used when ADMIN_EMAIL is not set; ".example" can never be anybody's address. */
const ADMIN_EMAIL_DEFAULT = 'admin@flashreserve.example';

/**
 * Keeps every component small: a heap with this limit, in megabytes, is collected before it grows far beyond what is in use, and few
 * arenas keep native memory together. As in the Dockerfile.
 */
const MEMORY_LIMITS = { HEAP_MB: '256', MALLOC_ARENA_MAX: '2' } as const;

const nodeOptions = (env: NodeJS.ProcessEnv): string =>
  env['NODE_OPTIONS'] || `--max-old-space-size=${env['HEAP_MB'] || MEMORY_LIMITS.HEAP_MB}`;

/** All clients of a local stack have the same address, so it says nothing about them. */
const REGISTRATIONS_PER_ADDRESS_DEFAULT = '0';

/** Where certificates come from; readiness is asked with them, too. */
const TLS_VARIABLES = ['GRPC_TLS_DIR', 'GRPC_TLS_CERT', 'GRPC_TLS_KEY', 'GRPC_TLS_CA'] as const;

const tlsVariables = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(TLS_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));

/** The environment that all components of a local stack share; what the caller's environment sets wins. */
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
    // A line for each request would push the addresses and the password of the banner away.
    LOG_REQUESTS: env['LOG_REQUESTS'] || 'false',
    ...secrets,
    ADMIN_EMAIL: env['ADMIN_EMAIL'] || ADMIN_EMAIL_DEFAULT,
    SERVICE_CLIENTS: serviceClients(secrets, env['MORE_SERVICE_CLIENTS']),
    MONGO_URI: mongoUri,
    REDIS_URL: redisUrl,
    ...tlsVariables(env),
    REGISTRATIONS_PER_ADDRESS:
      env['REGISTRATIONS_PER_ADDRESS'] || REGISTRATIONS_PER_ADDRESS_DEFAULT,
  };
};
