import type { KeyObject } from 'node:crypto';
import {
  AuthServiceService,
  type GetJwksResponse,
  type IssueServiceTokenRequest,
  type IssueServiceTokenResponse,
  type ListRevokedSessionsRequest,
  type ListRevokedSessionsResponse,
  type ListTrustedIssuersResponse,
} from '@flashreserve/contracts/auth';
import { TOKEN_PROFILE } from '@flashreserve/identity';
import { makeRsaKeys } from '@flashreserve/identity/testing';
import { newId } from '@flashreserve/ops';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { sign } from 'jsonwebtoken';

/** A stand-in for auth: a real gRPC server with its own key and tokens signed with it. */
export interface TestAuth {
  /** The AUTH_ADDRESS for a component. */
  readonly target: string;
  readonly userToken: (
    userId: string,
    role?: 'CUSTOMER' | 'ADMIN',
    options?: TestTokenOptions,
  ) => string;
  readonly serviceToken: (clientId: string, options?: TestTokenOptions) => string;
  readonly stop: () => Promise<void>;
}

export interface TestTokenOptions {
  /** Lifetime of the token; a negative value creates an expired one. */
  readonly expiresInSeconds?: number;
}

const LIFE_SECONDS = 3_600;
/**
 * Age of a new token: the test's clock may stand still while the system clock continues, and for
 * neither may it be issued in the future.
 */
const AGE_SECONDS = 600;

const createSigner =
  (privateKey: KeyObject, kid: string) =>
  (
    subject: string,
    claims: Readonly<Record<string, string>>,
    { expiresInSeconds = LIFE_SECONDS }: TestTokenOptions = {},
  ): string =>
    sign({ ...claims, iat: Math.floor(Date.now() / 1000) - AGE_SECONDS }, privateKey, {
      algorithm: TOKEN_PROFILE.algorithm,
      issuer: TOKEN_PROFILE.issuer,
      audience: TOKEN_PROFILE.audience,
      subject,
      // Relative to `iat`.
      expiresIn: expiresInSeconds + AGE_SECONDS,
      header: { alg: TOKEN_PROFILE.algorithm, typ: TOKEN_PROFILE.type, kid },
    });

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });

/**
 * Starts the part of AuthService that other components need: GetJwks, ListRevokedSessions and
 * ListTrustedIssuers (always empty), and IssueServiceToken, which accepts any secret. All other
 * methods return UNIMPLEMENTED.
 */
export const startTestAuth = async (): Promise<TestAuth> => {
  const { publicKey, privateKey } = makeRsaKeys();
  const kid = newId();
  const signToken = createSigner(privateKey, kid);
  const serviceToken: TestAuth['serviceToken'] = (clientId, options) =>
    signToken(`service:${clientId}`, { client_id: clientId }, options);

  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const getJwks: handleUnaryCall<unknown, GetJwksResponse> = (_call, callback) => {
    callback(null, { keys: [{ kty: 'RSA', use: 'sig', alg: TOKEN_PROFILE.algorithm, kid, n, e }] });
  };
  const issueServiceToken: handleUnaryCall<IssueServiceTokenRequest, IssueServiceTokenResponse> = (
    call,
    callback,
  ) => {
    callback(null, {
      accessToken: serviceToken(call.request.clientId),
      expiresInSeconds: LIFE_SECONDS,
    });
  };

  const listRevokedSessions: handleUnaryCall<
    ListRevokedSessionsRequest,
    ListRevokedSessionsResponse
  > = (_call, callback) => {
    callback(null, { sessions: [], nextPageToken: '', readTime: new Date() });
  };

  const listTrustedIssuers: handleUnaryCall<unknown, ListTrustedIssuersResponse> = (
    _call,
    callback,
  ) => {
    callback(null, { issuers: [], refreshSeconds: 300 });
  };

  const server = new Server();
  server.addService(AuthServiceService, {
    getJwks,
    issueServiceToken,
    listRevokedSessions,
    listTrustedIssuers,
  });
  const port = await listen(server);
  return {
    target: `127.0.0.1:${port}`,
    userToken: (userId, role = 'CUSTOMER', options) =>
      signToken(userId, { role, sid: newId() }, options),
    serviceToken,
    stop: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => {
          resolve();
        });
      }),
  };
};
