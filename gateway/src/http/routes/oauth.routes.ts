import { isScope } from '@flashreserve/contracts';
import { DomainError, invalidRequest } from '@flashreserve/rpc';
import type { z } from 'zod';
import type { AuthApi } from '../../grpc/auth.client';
import type { Limits } from '../../limits/limits';
import { toClientToken } from '../mappers/api-client.mapper';
import { defineRoute, json, type TableEntry } from '../route';
import * as schemas from '../schemas/api-client.schemas';

const COMMON = { tag: 'API clients', services: ['auth'], access: 'public', errors: [] } as const;
/** RFC 6749, section 5.1. */
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };
const METADATA_CACHE = 'public, max-age=300';
const CHALLENGE = 'Basic realm="flashreserve"';
const GRANT_TYPE = 'client_credentials';
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

export interface OauthDeps {
  readonly auth: Pick<AuthApi, 'issueClientToken'>;
  readonly limits: Pick<Limits, 'clientLogin'>;
  /** Base URL without a slash at its end; the issuer. Undefined: the host of the request. */
  readonly publicUrl: string | undefined;
}

type ErrorCode = z.output<typeof schemas.tokenError>['error'];
type SentForm = NonNullable<z.output<typeof schemas.tokenForm>>;
type Form = Readonly<Partial<Record<keyof SentForm, string>>>;

/** An error of RFC 6749, which is a reply and no problem. */
class TokenRefusal extends Error {
  readonly code: ErrorCode;

  /** The message is sent: ASCII without quotes and backslashes. */
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  toReply() {
    const body = { error: this.code, error_description: this.message };
    return this.code === 'invalid_client'
      ? json(401, body, { ...NO_STORE, 'www-authenticate': CHALLENGE })
      : json(400, body, NO_STORE);
  }
}

const invalidClient = (message: string) => new TokenRefusal('invalid_client', message);
const invalidTokenRequest = (message: string) => new TokenRefusal('invalid_request', message);

/** Without a value, a field counts as omitted (RFC 6749, section 3.2). */
const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** @throws TokenRefusal invalid_request */
const readForm = (sent: SentForm): Form => {
  const form: Partial<Record<keyof SentForm, string>> = {};
  for (const name of ['grant_type', 'scope', 'client_id', 'client_secret'] as const) {
    const value = sent[name];
    if (Array.isArray(value)) throw invalidTokenRequest(`${name} must be given once.`);
    if (value !== undefined) form[name] = value;
  }
  return form;
};

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The inverse of form encoding; undefined for text that is not encoded so. */
const decode = (encoded: string): string | undefined => {
  const text = encoded.replaceAll('+', ' ');
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};

/** @throws TokenRefusal invalid_client */
const readBasic = (authorization: string): Credentials => {
  const [, encoded] = BASIC.exec(authorization) ?? [];
  if (encoded === undefined) {
    throw invalidClient('The Authorization header must be HTTP Basic.');
  }
  const [, user = '', password = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  const clientId = given(decode(user));
  const clientSecret = given(decode(password));
  if (clientId === undefined || clientSecret === undefined) {
    throw invalidClient('The Authorization header must have a form-encoded client id and secret.');
  }
  return { clientId, clientSecret };
};

/**
 * The credentials in the header or in the form. Beside a header, the form may repeat the client id.
 *
 * @throws TokenRefusal invalid_client, invalid_request
 */
const readCredentials = (authorization: string | undefined, form: Form): Credentials => {
  const clientId = given(form.client_id);
  const clientSecret = given(form.client_secret);
  if (authorization !== undefined) {
    if (clientSecret !== undefined) {
      throw invalidTokenRequest('Credentials must be sent in the header or in the body, not both.');
    }
    const credentials = readBasic(authorization);
    if (clientId !== undefined && clientId !== credentials.clientId) {
      throw invalidTokenRequest('The header and the body name different clients.');
    }
    return credentials;
  }
  if (clientId === undefined && clientSecret === undefined) {
    throw invalidClient('The client must authenticate with its id and secret.');
  }
  if (clientId === undefined) throw invalidTokenRequest('client_id is missing.');
  if (clientSecret === undefined) throw invalidTokenRequest('client_secret is missing.');
  return { clientId, clientSecret };
};

/** @throws TokenRefusal invalid_request, unsupported_grant_type */
const checkGrantType = ({ grant_type: grantType }: Form): void => {
  if (given(grantType) === undefined) throw invalidTokenRequest('grant_type is missing.');
  if (grantType !== GRANT_TYPE) {
    throw new TokenRefusal('unsupported_grant_type', `grant_type must be ${GRANT_TYPE}.`);
  }
};

/** @throws TokenRefusal invalid_scope */
const readScopes = ({ scope }: Form): string[] => {
  const scopes = [...new Set(given(scope)?.split(' '))];
  if (!scopes.every(isScope)) {
    throw new TokenRefusal(
      'invalid_scope',
      `scope must be some of ${schemas.SCOPE_NAMES.join(', ')}, separated by single spaces.`,
    );
  }
  return scopes;
};

/** What a refusal by auth means in OAuth; other errors are problems, as on every route. */
const toRefusal = (error: unknown): unknown => {
  if (!(error instanceof DomainError)) return error;
  switch (error.reason) {
    case 'SCOPE_REQUIRED':
      return new TokenRefusal('invalid_scope', 'The client does not have one of the scopes.');
    // An impossible id or secret is a wrong one.
    case 'INVALID_REQUEST':
    case 'INVALID_CREDENTIALS':
      return invalidClient('The client id or the secret is wrong, or the client was revoked.');
    default:
      return error;
  }
};

const tokenRoute = ({ auth, limits }: OauthDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/oauth/token',
    operationId: 'issueClientToken',
    summary: 'Get a token for an API client',
    description:
      'Exchanges the id and a secret of an API client for an access token (RFC 6749, section 4.4). The credentials are sent by HTTP Basic or in the form, not both. The token ends when its secret does; there is no refresh token. Unknown fields are ignored. Refusals have the form of RFC 6749, section 5.2, instead of a problem: `invalid_request` (a field is missing or repeated, or credentials were sent twice), `unsupported_grant_type`, `invalid_scope` (a scope is unknown or not one of the client’s) with 400, and `invalid_client` (no credentials, wrong or ended ones, or the client was revoked) with 401. Requests that cannot be read and failures of the service are problems. `LOGIN_LIMITED`: too many wrong credentials, by default 200 from one client address in 15 minutes (`CLIENT_LOGIN_FAILURES_PER_ADDRESS`), also as API keys.',
    takesForm: true,
    request: { headers: schemas.tokenHeaders, body: schemas.tokenForm },
    requestExamples: {
      credentials: {
        summary: 'Credentials in the form',
        value: {
          grant_type: GRANT_TYPE,
          client_id: schemas.EXAMPLE_API_CLIENT.clientId,
          client_secret: schemas.EXAMPLE_SECRET.secret,
          scope: 'reservations:confirm',
        },
      },
    },
    responses: {
      200: {
        description: 'A new token.',
        schema: schemas.clientToken,
        example: {
          access_token: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrM3Y3In0.c2lnbmF0dXJl',
          token_type: 'Bearer',
          expires_in: 900,
          scope: 'reservations:confirm',
        },
        headers: { 'Cache-Control': 'Always `no-store`.' },
      },
      400: {
        description: '`invalid_request`, `unsupported_grant_type`, `invalid_scope`',
        schema: schemas.tokenError,
        example: { error: 'invalid_request', error_description: 'grant_type is missing.' },
      },
      401: {
        description: '`invalid_client`',
        schema: schemas.tokenError,
        example: {
          error: 'invalid_client',
          error_description: 'The client must authenticate with its id and secret.',
        },
        headers: { 'WWW-Authenticate': `Always \`${CHALLENGE}\`.` },
      },
    },
    handle: async ({ headers, body: sent = {} }, { call, clientAddress }) => {
      try {
        const form = readForm(sent);
        checkGrantType(form);
        const credentials = readCredentials(headers.Authorization, form);
        const request = { ...credentials, scopes: readScopes(form) };
        const { result, headers: quota } = await limits.clientLogin(clientAddress, () =>
          auth.issueClientToken(request, call),
        );
        return json(200, toClientToken(result), { ...NO_STORE, ...quota });
      } catch (error) {
        const refusal = toRefusal(error);
        if (refusal instanceof TokenRefusal) return refusal.toReply();
        throw refusal;
      }
    },
  });

const metadataRoute = ({ publicUrl }: OauthDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    services: [],
    method: 'get',
    path: '/.well-known/oauth-authorization-server',
    operationId: 'getAuthorizationServerMetadata',
    summary: 'OAuth metadata',
    description:
      'Tells OAuth clients where and how to get tokens (RFC 8414). The URLs begin with `PUBLIC_URL` of the deployment, or else with `http://` and the `Host` of the request.',
    request: { headers: schemas.metadataHeaders },
    responses: {
      200: {
        description: 'The metadata.',
        schema: schemas.serverMetadata,
        headers: { 'Cache-Control': 'Clients may cache the metadata for five minutes.' },
      },
    },
    handle: async ({ headers: { Host: host } }) => {
      if (publicUrl === undefined && host === undefined) {
        throw invalidRequest([{ field: '/headers/host', description: 'is required' }]);
      }
      const issuer = publicUrl ?? `http://${host}`;
      const metadata = {
        issuer,
        token_endpoint: `${issuer}/oauth/token`,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        grant_types_supported: [GRANT_TYPE],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        scopes_supported: [...schemas.SCOPE_NAMES],
        response_types_supported: [],
      };
      return json(200, metadata, { 'cache-control': METADATA_CACHE });
    },
  });

export const createOauthRoutes = (deps: OauthDeps): readonly TableEntry[] => [
  tokenRoute(deps),
  metadataRoute(deps),
];
