import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { credentials } from '@grpc/grpc-js';
import { withLateAuth } from '../../integration/security/rpc-callers';
import { callPatiently } from '../../support/patient-calls';
import { ADMIN_EMAIL, testStackEnvironment } from '../../support/test-secrets';

/**
 * All kinds of callers. `expired` was an administrator; `owner` is the customer who owns the
 * requested resources and `stranger` another one; `foreign` is a customer of an outside issuer, and
 * its token claims every role and scope; `service` is an external service and `component` an
 * internal one; `client` is an API client with every scope, and `revoked` was one; `guest` is a
 * customer without an account.
 */
export const CALLERS = [
  'nobody',
  'garbage',
  'expired',
  'owner',
  'stranger',
  'admin',
  'foreign',
  'service',
  'component',
  'client',
  'revoked',
  'guest',
] as const;

export type Caller = (typeof CALLERS)[number];

/** Identity headers that no component may trust. */
export const FORGED = {
  'x-user-id': '00000000-0000-4000-8000-000000000001',
  'x-user-role': 'ADMIN',
  'x-role': 'ADMIN',
  'x-client-id': 'gateway',
  'x-service': 'expiry-worker',
  'x-forwarded-user': 'admin',
  'x-forwarded-for': '127.0.0.1',
  'x-original-url': '/healthz',
  'x-rewrite-url': '/healthz',
  'x-http-method-override': 'GET',
  'x-internal': 'true',
};

/**
 * The administrator's token as of two hours ago, and the environment of the stack whose key signed
 * it.
 */
export const fetchExpiredAdmin = async (
  prefix: string,
): Promise<{ readonly token: string; readonly env: Readonly<Record<string, string>> }> => {
  // The tests repeat an operation more often than real users.
  const env = testStackEnvironment({ prefix, env: { REGISTRATIONS_PER_ACCOUNT: '0' } });
  const token = await withLateAuth(env, async (target) => {
    const client = new AuthServiceClient(target, credentials.createInsecure());
    const password = env['ADMIN_PASSWORD'] ?? '';
    const deadline = new Date(Date.now() + 10_000);
    try {
      const login = { email: ADMIN_EMAIL, password };
      return (await callPatiently(client, 'login', login, { deadline })).tokens?.accessToken;
    } finally {
      client.close();
    }
  });
  if (token === undefined) throw new Error('The administrator got no token.');
  return { token, env };
};
