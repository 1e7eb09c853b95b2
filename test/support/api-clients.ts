import type { Scope } from '@flashreserve/contracts';
import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { credentials } from '@grpc/grpc-js';
import { callPatiently } from './patient-calls';

/** An API client of a running auth. */
export interface TestApiClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** An access token with all of the client's scopes. */
  readonly token: string;
}

interface Wish {
  readonly adminToken: string;
  readonly scopes: readonly Scope[];
}

const withAuth = async <Result>(
  target: string,
  work: (auth: AuthServiceClient, deadline: Date) => Promise<Result>,
): Promise<Result> => {
  const auth = new AuthServiceClient(target, credentials.createInsecure());
  try {
    return await work(auth, new Date(Date.now() + 30_000));
  } finally {
    auth.close();
  }
};

/** Creates an API client. */
export const createApiClient = (
  target: string,
  { adminToken, scopes }: Wish,
): Promise<Omit<TestApiClient, 'token'>> =>
  withAuth(target, async (auth, deadline) => {
    const { client, clientSecret } = await callPatiently(
      auth,
      'createApiClient',
      { name: 'Test shop', scopes: [...scopes], requestId: '' },
      { token: adminToken, deadline },
    );
    return { clientId: client?.clientId ?? '', clientSecret };
  });

/** Creates an API client and gets a token for it. */
export const newApiClient = async (target: string, wish: Wish): Promise<TestApiClient> => {
  const created = await createApiClient(target, wish);
  const { accessToken } = await withAuth(target, (auth, deadline) =>
    callPatiently(auth, 'issueClientToken', { ...created, scopes: [] }, { deadline }),
  );
  return { ...created, token: accessToken };
};
