import { SCOPES } from '@flashreserve/contracts';
import type { IssueClientTokenRequest } from '@flashreserve/contracts/auth';
import { loadConfig } from '@flashreserve/ops';
import { DomainError, type DomainErrorKind, scopeRequired } from '@flashreserve/rpc';
import type { AuthApi } from '../../grpc/auth.client';
import { limitSchema } from '../../limits/config';
import { createLimits } from '../../limits/limits';
import { ask } from '../../testing/ask';
import type { Answer } from '../../testing/http-client';
import { isSubtree, type Route } from '../route';
import { createOauthRoutes } from './oauth.routes';

const CLIENT_ID = 'k3v7q2m9x4t8w1zb';
const SECRET = 'secret-_1';
const GRANT = 'grant_type=client_credentials';
const BODY_CREDENTIALS = `client_id=${CLIENT_ID}&client_secret=${SECRET}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const basic = (userAndPassword: string): string =>
  `Basic ${Buffer.from(userAndPassword).toString('base64')}`;

const askForToken = (
  form: string,
  authorization: string | undefined,
  issueClientToken?: AuthApi['issueClientToken'],
): Promise<Answer> =>
  ask(
    'POST /oauth/token',
    { raw: form, headers: { ...FORM, ...(authorization !== undefined && { authorization }) } },
    issueClientToken === undefined ? {} : { auth: { issueClientToken } },
  );

/** An auth service that issues every token and notes the requests. */
const createIssuer = () => {
  const asked: IssueClientTokenRequest[] = [];
  const issue: AuthApi['issueClientToken'] = async (request) => {
    asked.push(request);
    return {
      accessToken: 'a.b.c',
      expiresInSeconds: 900,
      scopes: ['reservations:confirm', 'reservations:read'],
    };
  };
  return { issue, asked };
};

const failing = (kind: DomainErrorKind, reason: string) => async (): Promise<never> => {
  throw new DomainError({ kind, reason, message: 'No.' });
};

const expectRefusal = (answer: Answer, status: number, error: string): void => {
  expect([answer.status, answer.json['error']]).toEqual([status, error]);
  expect(Object.keys(answer.json)).toEqual(['error', 'error_description']);
  // RFC 6749, section 5.2.
  expect(answer.json['error_description']).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['www-authenticate']).toBe(
    status === 401 ? 'Basic realm="flashreserve"' : undefined,
  );
};

describe('POST /oauth/token', () => {
  it('exchanges the credentials of a form for a token that no cache may store', async () => {
    const { issue, asked } = createIssuer();
    const answer = await askForToken(`${GRANT}&${BODY_CREDENTIALS}`, undefined, issue);

    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(answer.json).toEqual({
      access_token: 'a.b.c',
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'reservations:confirm reservations:read',
    });
    expect(asked).toEqual([{ clientId: CLIENT_ID, clientSecret: SECRET, scopes: [] }]);
  });

  it('a token comes with what is left of the limit of wrong credentials', async () => {
    const { issue } = createIssuer();
    const answer = await askForToken(`${GRANT}&${BODY_CREDENTIALS}`, undefined, issue);

    expect(answer.headers).toMatchObject({
      'ratelimit-policy': '"login";q=200;w=900',
      ratelimit: '"login";r=200;t=900',
    });
  });

  it('decodes the form-encoded credentials of HTTP Basic', async () => {
    const { issue, asked } = createIssuer();
    await askForToken(GRANT, basic('a%3Ab:c+d%2B%C3%A9:e'), issue);
    await askForToken(`${GRANT}&client_id=shop`, basic('shop:s').replace('Basic', 'bAsIc'), issue);

    expect(asked).toEqual([
      { clientId: 'a:b', clientSecret: 'c d+é:e', scopes: [] },
      { clientId: 'shop', clientSecret: 's', scopes: [] },
    ]);
  });

  it('asks for each scope once, ignores unknown fields and treats empty ones as omitted', async () => {
    const { issue, asked } = createIssuer();
    const scope = 'reservations:read+reservations:confirm+reservations:read';
    await askForToken(`${GRANT}&${BODY_CREDENTIALS}&scope=${scope}&audience=x`, undefined, issue);
    await askForToken(`${GRANT}&client_id=&client_secret=&scope=`, basic('shop:s'), issue);

    expect(asked.map(({ scopes }) => scopes)).toEqual([
      ['reservations:read', 'reservations:confirm'],
      [],
    ]);
  });

  it.each<[string, string, string | undefined, number, string]>([
    ['no form', '', undefined, 400, 'invalid_request'],
    [
      'a repeated field',
      `${GRANT}&${GRANT}&${BODY_CREDENTIALS}`,
      undefined,
      400,
      'invalid_request',
    ],
    ['no grant type', BODY_CREDENTIALS, undefined, 400, 'invalid_request'],
    [
      'another grant type',
      `grant_type=password&${BODY_CREDENTIALS}`,
      undefined,
      400,
      'unsupported_grant_type',
    ],
    ['an id without a secret', `${GRANT}&client_id=shop`, undefined, 400, 'invalid_request'],
    ['a secret without an id', `${GRANT}&client_secret=s`, undefined, 400, 'invalid_request'],
    [
      'credentials in both places',
      `${GRANT}&${BODY_CREDENTIALS}`,
      basic(`${CLIENT_ID}:${SECRET}`),
      400,
      'invalid_request',
    ],
    ['two client ids', `${GRANT}&client_id=other`, basic('shop:s'), 400, 'invalid_request'],
    ['no credentials', GRANT, undefined, 401, 'invalid_client'],
    ['another kind of credentials', GRANT, 'Bearer a.b.c', 401, 'invalid_client'],
    ['Basic without a colon', GRANT, basic('shop'), 401, 'invalid_client'],
    ['Basic without a secret', GRANT, basic('shop:'), 401, 'invalid_client'],
    ['Basic that is not form-encoded', GRANT, basic('shop:100%'), 401, 'invalid_client'],
    ['an unknown scope', `${GRANT}&scope=everything`, basic('shop:s'), 400, 'invalid_scope'],
    [
      'scopes with two spaces between',
      `${GRANT}&scope=events:read++sales:write`,
      basic('shop:s'),
      400,
      'invalid_scope',
    ],
  ])('refuses %s before auth is asked', async (_name, form, authorization, status, error) => {
    expectRefusal(await askForToken(form, authorization), status, error);
  });

  it.each<[string, () => Promise<never>, number, string]>([
    ['wrong credentials', failing('unauthenticated', 'INVALID_CREDENTIALS'), 401, 'invalid_client'],
    ['impossible credentials', failing('invalid', 'INVALID_REQUEST'), 401, 'invalid_client'],
    [
      'a scope that the client lacks',
      () => Promise.reject(scopeRequired('events:read')),
      400,
      'invalid_scope',
    ],
  ])('a refusal of auth for %s has the form of RFC 6749', async (_name, issue, status, error) => {
    expectRefusal(await askForToken(GRANT, basic('shop:s'), issue), status, error);
  });

  it('a failure of auth is a problem that may be retried', async () => {
    const answer = await askForToken(
      GRANT,
      basic('shop:s'),
      failing('unavailable', 'AUTH_UNAVAILABLE'),
    );
    expect([answer.status, answer.json['reason']]).toEqual([503, 'AUTH_UNAVAILABLE']);
  });

  it('takes a form only', async () => {
    const answer = await ask('POST /oauth/token', { body: { grant_type: 'client_credentials' } });
    expect([answer.status, answer.json['reason']]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });
});

const METADATA = 'GET /.well-known/oauth-authorization-server';

describe(METADATA, () => {
  it('names the endpoints on the host of the request', async () => {
    const answer = await ask(METADATA, { headers: { host: 'shop.example:8080' } });

    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'public, max-age=300']);
    expect(answer.json).toEqual({
      issuer: 'http://shop.example:8080',
      token_endpoint: 'http://shop.example:8080/oauth/token',
      jwks_uri: 'http://shop.example:8080/.well-known/jwks.json',
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      scopes_supported: Object.keys(SCOPES),
      response_types_supported: [],
    });
  });

  it('names the endpoints under PUBLIC_URL, whatever the host of the request', async () => {
    const auth = { issueClientToken: createIssuer().issue };
    const limits = createLimits(loadConfig(limitSchema, {}), undefined);
    const route = createOauthRoutes({ auth, limits, publicUrl: 'https://shop.example/api' }).find(
      (entry): entry is Route => !isSubtree(entry) && METADATA.endsWith(entry.path),
    );
    const input = { path: undefined, query: undefined, body: undefined };
    const reply = await route?.handle({ ...input, headers: { Host: 'other' } }, {} as never);

    expect(reply?.body).toMatchObject({
      issuer: 'https://shop.example/api',
      token_endpoint: 'https://shop.example/api/oauth/token',
      jwks_uri: 'https://shop.example/api/.well-known/jwks.json',
    });
  });

  it('refuses a host that would change the path of the endpoints', async () => {
    const answer = await ask(METADATA, { headers: { host: 'evil.example/x?' } });
    expect(answer.status).toBe(400);
  });
});
