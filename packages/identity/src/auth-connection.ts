import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { type Clock, type ComponentBase, invariant } from '@flashreserve/ops';
import { callUnary, createClient, type MutualTls } from '@flashreserve/rpc';
import { fetchTrustedIssuers } from './outside/fetch-issuers';
import {
  createRevokedSessions,
  type RevokedSession,
  type RevokedSessionsAnswer,
} from './revoked-sessions';
import { createServiceTokenSource, type ServiceTokenSource } from './service-token-source';
import { createTokenVerifier, type TokenVerifier } from './token-verifier';

/** A component's connection to auth: it authenticates callers and the component's own calls. */
export interface AuthConnection {
  readonly client: AuthServiceClient;
  readonly verifier: TokenVerifier;
  readonly serviceToken: ServiceTokenSource;
  readonly close: () => void;
}

const CALL_TIMEOUT_MS = 5_000;

const AUTH_IDEMPOTENT_METHODS = [
  'GetUser',
  'SetUserRole',
  'RevokeSession',
  'EndSession',
  'IssueServiceToken',
  'GetJwks',
  'ListRevokedSessions',
  'ListTrustedIssuers',
] as const;

const REVOKED_PAGE_SIZE = 5_000;

/** Reads all pages within one deadline. */
const listRevokedSessions = async (options: {
  readonly client: AuthServiceClient;
  readonly serviceToken: ServiceTokenSource;
  readonly since: Date | undefined;
  readonly deadline: Date;
}): Promise<RevokedSessionsAnswer> => {
  const { client, since, deadline } = options;
  const sessions: RevokedSession[] = [];
  let readAt: Date | undefined;
  let pageToken = '';
  do {
    const request = { endedSince: since, pageSize: REVOKED_PAGE_SIZE, pageToken };
    const credential = await options.serviceToken(deadline);
    const page = await callUnary(client, 'listRevokedSessions', request, {
      deadline,
      // Sent as soon as auth is back instead of at the next poll: administrators wait for it.
      waitForReady: true,
      ...credential,
    });
    for (const { sessionId, expireTime } of page.sessions) {
      if (expireTime !== undefined) sessions.push({ sessionId, expiresAt: expireTime });
    }
    // The read time of the first page, so that nothing is missed between two polls.
    readAt ??= page.readTime;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  invariant(readAt !== undefined, 'Auth returns a read time.');
  return { sessions, readAt };
};

/**
 * Connects to auth and starts polling for ended sessions. Everything else is fetched on demand, so
 * components may start in any order.
 */
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
  const serviceToken = createServiceTokenSource({
    clock: options.clock,
    issue: () =>
      callUnary(
        client,
        'issueServiceToken',
        { clientId: options.clientId, clientSecret: options.clientSecret },
        { deadline: deadline() },
      ),
  });
  const revokedSessions = createRevokedSessions({
    clock: options.clock,
    fetch: (since) => listRevokedSessions({ client, serviceToken, since, deadline: deadline() }),
  });
  return {
    client,
    verifier: createTokenVerifier({
      clock: options.clock,
      revokedSessions,
      fetchKeys: async () =>
        (await callUnary(client, 'getJwks', {}, { deadline: deadline() })).keys,
      issuers: {
        fetch: async (refreshAlias) => {
          const until = deadline();
          const credential = await serviceToken(until);
          return fetchTrustedIssuers(client, refreshAlias, { deadline: until, ...credential });
        },
      },
    }),
    serviceToken,
    close: () => {
      revokedSessions.stop();
      client.close();
    },
  };
};

/** `connectAuth` for a component: under its own name, closed when it stops. */
export const joinAuth = (
  {
    name,
    config,
    clock,
    lifecycle,
  }: Pick<
    ComponentBase<{ readonly AUTH_ADDRESS: string }>,
    'name' | 'config' | 'clock' | 'lifecycle'
  >,
  { clientSecret, tls }: { readonly clientSecret: string; readonly tls: MutualTls | undefined },
): AuthConnection => {
  const target = config.AUTH_ADDRESS;
  const auth = connectAuth({ target, clientId: name, clientSecret, clock, tls });
  lifecycle.onStop('auth client', auth.close);
  return auth;
};
