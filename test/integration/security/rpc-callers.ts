import { createApp as createAuth } from '@flashreserve/auth';
import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { createTestClock } from '@flashreserve/platform/clock';
import { loadConfig } from '@flashreserve/platform/config';
import { callUnary } from '@flashreserve/platform/grpc';
import { createSilentLogger } from '@flashreserve/platform/logging';
import { credentials } from '@grpc/grpc-js';
import { configSchema } from '../../../services/auth/src/config';
import { testStackEnvironment } from '../../support/test-secrets';

/** Everybody who could call; auth has no client id, because it calls nobody. */
export const CALLERS = [
  'anonymous',
  'customer',
  'admin',
  'catalog',
  'reservation',
  'expiry-worker',
  'gateway',
  'dev-service',
  'expired',
] as const;

export type Caller = (typeof CALLERS)[number];

const HOURS_2_MS = 7_200_000;

/** Gets a service's token from auth, with the secret that the stack's environment holds. */
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
    return (await callUnary(client, 'issueServiceToken', request, { deadline })).accessToken;
  } finally {
    client.close();
  }
};

/**
 * A token of a service that really was issued, two hours ago, and has expired. Asks an auth whose clock is late, so
 * it must come before the stack: the keys that auth makes then are the stack's, too.
 */
export const fetchExpiredToken = async (
  prefix: string,
): Promise<{ readonly token: string; readonly env: Readonly<Record<string, string>> }> => {
  const env = testStackEnvironment({ prefix });
  const config = loadConfig(configSchema, { ...env, HOST: '127.0.0.1', AUTH_GRPC_PORT: '0' });
  const clock = createTestClock(new Date(Date.now() - HOURS_2_MS));
  const auth = await createAuth(config, { log: createSilentLogger(), clock });
  try {
    return { token: await fetchServiceToken(`127.0.0.1:${auth.port}`, env, 'reservation'), env };
  } finally {
    await auth.stop();
  }
};
