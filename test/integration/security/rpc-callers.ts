import { createApp as createAuth } from '@flashreserve/auth';
import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { createSilentLogger, createTestClock, loadConfig } from '@flashreserve/ops';
import { credentials } from '@grpc/grpc-js';
import { configSchema } from '../../../services/auth/src/config';
import { callPatiently } from '../../support/patient-calls';
import { testStackEnvironment } from '../../support/test-secrets';

/**
 * All possible callers; `client` is an API client with every scope. Auth has no client id, because
 * it calls no service.
 */
export const CALLERS = [
  'anonymous',
  'guest',
  'customer',
  'admin',
  'client',
  'catalog',
  'reservation',
  'expiry-worker',
  'gateway',
  'dev-service',
  'expired',
] as const;

export type Caller = (typeof CALLERS)[number];

/** Gets the token of a new guest from auth. */
export const fetchGuestToken = async (target: string): Promise<string> => {
  const client = new AuthServiceClient(target, credentials.createInsecure());
  try {
    const deadline = new Date(Date.now() + 10_000);
    const { tokens } = await callPatiently(client, 'createGuest', {}, { deadline });
    return tokens?.accessToken ?? '';
  } finally {
    client.close();
  }
};

const HOURS_2_MS = 7_200_000;

/** Gets a service's token from auth, with the secret in the stack's environment. */
export const fetchServiceToken = async (
  target: string,
  env: Readonly<Record<string, string>>,
  clientId: string,
): Promise<string> => {
  const client = new AuthServiceClient(target, credentials.createInsecure());
  const name = `${clientId.replaceAll('-', '_').toUpperCase()}_CLIENT_SECRET`;
  const request = { clientId, clientSecret: env[name] ?? '' };
  try {
    const deadline = new Date(Date.now() + 10_000);
    return (await callPatiently(client, 'issueServiceToken', request, { deadline })).accessToken;
  } finally {
    client.close();
  }
};

/**
 * Gets tokens from an auth whose clock is two hours late, so that they have expired. Must run
 * before the stack, which uses the same keys if it gets the same environment.
 */
export const withLateAuth = async <Result>(
  env: Readonly<Record<string, string>>,
  ask: (target: string) => Promise<Result>,
): Promise<Result> => {
  const config = loadConfig(configSchema, { ...env, HOST: '127.0.0.1', AUTH_GRPC_PORT: '0' });
  const clock = createTestClock(new Date(Date.now() - HOURS_2_MS));
  const auth = await createAuth(config, { log: createSilentLogger(), clock });
  try {
    return await ask(`127.0.0.1:${auth.port}`);
  } finally {
    await auth.stop();
  }
};

/**
 * An expired token that was really issued to a service, and the environment of the stack whose key
 * signed it.
 */
export const fetchExpiredToken = async (
  prefix: string,
): Promise<{ readonly token: string; readonly env: Readonly<Record<string, string>> }> => {
  const env = testStackEnvironment({ prefix });
  const token = await withLateAuth(env, (target) => fetchServiceToken(target, env, 'reservation'));
  return { token, env };
};
