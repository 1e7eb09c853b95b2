import { type DevSecrets, serviceClients } from './dev-secrets';

/** Used when ADMIN_EMAIL is not set; ".example" can never be anybody's address. */
const ADMIN_EMAIL_DEFAULT = 'admin@flashreserve.example';

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
    LOG_FORMAT: env['LOG_FORMAT'] || 'text',
    ...secrets,
    ADMIN_EMAIL: env['ADMIN_EMAIL'] || ADMIN_EMAIL_DEFAULT,
    SERVICE_CLIENTS: serviceClients(secrets, env['MORE_SERVICE_CLIENTS']),
    MONGO_URI: mongoUri,
    REDIS_URL: redisUrl,
  };
};
