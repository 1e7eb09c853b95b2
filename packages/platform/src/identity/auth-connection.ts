import { AuthServiceClient } from '@flashreserve/contracts/auth';
import type { Clock } from '../clock';
import { callUnary, createClient } from '../grpc/client';
import type { MutualTls } from '../grpc/mutual-tls';
import { createServiceTokenSource, type ServiceTokenSource } from './service-token-source';
import { createTokenVerifier, type TokenVerifier } from './token-verifier';

/** What a component needs of auth: to know its callers, and to be known itself. */
export interface AuthConnection {
  readonly client: AuthServiceClient;
  readonly verifier: TokenVerifier;
  readonly serviceToken: ServiceTokenSource;
  readonly close: () => void;
}

const CALL_TIMEOUT_MS = 5_000;

export const AUTH_IDEMPOTENT_METHODS = [
  'GetUser',
  'SetUserRole',
  'RevokeSession',
  'IssueServiceToken',
  'GetJwks',
] as const;

/** Connects to auth. Nothing is fetched before it is needed, so components may start in any order. */
export const connectAuth = (options: {
  readonly target: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  readonly tls?: MutualTls | undefined;
}): AuthConnection => {
  const client = createClient(AuthServiceClient, options.target, {
    serviceName: 'flashreserve.auth.v1.AuthService',
    idempotentMethods: AUTH_IDEMPOTENT_METHODS,
    tls: options.tls,
  });
  const deadline = (): Date => new Date(Date.now() + CALL_TIMEOUT_MS);
  return {
    client,
    verifier: createTokenVerifier({
      clock: options.clock,
      fetchKeys: async () =>
        (await callUnary(client, 'getJwks', {}, { deadline: deadline() })).keys,
    }),
    serviceToken: createServiceTokenSource({
      clock: options.clock,
      issue: () =>
        callUnary(
          client,
          'issueServiceToken',
          { clientId: options.clientId, clientSecret: options.clientSecret },
          { deadline: deadline() },
        ),
    }),
    close: () => {
      client.close();
    },
  };
};
