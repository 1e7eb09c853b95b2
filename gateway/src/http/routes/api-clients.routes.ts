import type { AuthApi } from '../../grpc/auth.client';
import { toApiClient, toCreatedApiClient, toRotatedApiClient } from '../mappers/api-client.mapper';
import { toRequestId } from '../request-id';
import { defineRoute, empty, json, type TableEntry } from '../route';
import * as schemas from '../schemas/api-client.schemas';

const COMMON = { tag: 'API clients', services: ['auth'], access: 'admin', errors: [] } as const;
const NO_STORE = { 'cache-control': 'no-store' };
const NO_STORE_HEADER = { 'Cache-Control': 'Always `no-store`.' } as const;
const { EXAMPLE_API_CLIENT, EXAMPLE_SECRET } = schemas;
const { clientId, name, scopes, createdAt } = EXAMPLE_API_CLIENT;

const createRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/api-clients',
    operationId: 'createApiClient',
    summary: 'Create an API client',
    description:
      'Creates an API client, a backend of a shop that acts for customers within its scopes. The secret and the API key are shown this once. Idempotent with an Idempotency-Key until the client is used: a retry returns the same client with a new secret, and the secret of the earlier attempt ends. `REQUEST_ID_REUSED`: the key was used before, with a different body, or its client was used, changed or revoked. `API_CLIENT_LIMIT_EXCEEDED`: there are 1,000 clients that are not revoked.',
    request: { headers: schemas.clientKeyHeader, body: schemas.createClientBody },
    requestExamples: { shop: { summary: 'The backend of a shop', value: { name, scopes } } },
    responses: {
      201: {
        description: 'The client, created by this request or by an earlier one with the same key.',
        schema: schemas.createdApiClient,
        example: { clientId, name, scopes, ...EXAMPLE_SECRET, createdAt },
        headers: NO_STORE_HEADER,
      },
    },
    rpcs: ['AuthService.CreateApiClient'],
    fieldNames: { '/requestId': '/headers/idempotency-key' },
    handle: async ({ headers, body }, { principal, call }) => {
      const requestId = toRequestId({
        caller: principal,
        route: 'POST /api-clients',
        key: headers['Idempotency-Key'],
      });
      const issued = await auth.createApiClient(
        { name: body.name, scopes: body.scopes, requestId },
        call,
      );
      return json(201, toCreatedApiClient(issued), NO_STORE);
    },
  });

const listRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/api-clients',
    operationId: 'listApiClients',
    summary: 'List API clients',
    description:
      'Returns API clients page by page, newest first, without their secrets. Revoked ones are listed for 400 days after they were revoked. `INVALID_PAGE_TOKEN`: the page token was not issued by this list.',
    request: { query: schemas.listClientsQuery },
    responses: {
      200: {
        description: 'A page of API clients.',
        schema: schemas.apiClientPage,
        example: { items: [EXAMPLE_API_CLIENT], nextPageToken: '' },
      },
    },
    rpcs: ['AuthService.ListApiClients'],
    handle: async ({ query }, { call }) => {
      const { pageSize = 0, pageToken = '' } = query;
      const page = await auth.listApiClients({ pageSize, pageToken }, call);
      return json(200, {
        items: page.clients.map(toApiClient),
        nextPageToken: page.nextPageToken,
      });
    },
  });

const rotateRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/api-clients/:clientId/rotate-secret',
    operationId: 'rotateApiClientSecret',
    summary: 'Replace the secret of an API client',
    description:
      'Gives an API client a new secret and a new API key, shown this once. Older secrets end after `overlapSeconds`, or when an earlier rotation set their end, whichever is first; without a body they end at once. No token lives longer than its secret. Not idempotent: a retry makes another secret. `API_CLIENT_NOT_FOUND`: no client has this id. `API_CLIENT_REVOKED`: the client was revoked, for good. `SECRET_LIMIT_EXCEEDED`: three secrets are still valid; an overlap of 0 ends them.',
    request: { path: schemas.clientPath, body: schemas.rotateSecretBody },
    requestExamples: {
      overlap: { summary: 'A day to change over', value: { overlapSeconds: 86_400 } },
    },
    responses: {
      200: {
        description: 'The client with its new secret.',
        schema: schemas.rotatedApiClient,
        example: { ...EXAMPLE_API_CLIENT, ...EXAMPLE_SECRET },
        headers: NO_STORE_HEADER,
      },
    },
    rpcs: ['AuthService.RotateApiClientSecret'],
    handle: async ({ path, body }, { call }) => {
      const overlapSeconds = body?.overlapSeconds ?? 0;
      const issued = await auth.rotateApiClientSecret(
        { clientId: path.clientId, overlapSeconds },
        call,
      );
      return json(200, toRotatedApiClient(issued), NO_STORE);
    },
  });

const revokeRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'delete',
    path: '/api-clients/:clientId',
    operationId: 'revokeApiClient',
    summary: 'Revoke an API client',
    description:
      'Ends an API client, its secrets and its API keys for good. Its tokens are refused everywhere within seconds. Idempotent: revoking it again changes nothing. `API_CLIENT_NOT_FOUND`: no client has this id.',
    request: { path: schemas.clientPath },
    responses: { 204: { description: 'The client is revoked.' } },
    rpcs: ['AuthService.RevokeApiClient'],
    handle: async ({ path }, { call }) => {
      await auth.revokeApiClient(path.clientId, call);
      return empty(204);
    },
  });

export const createApiClientRoutes = (auth: AuthApi): readonly TableEntry[] => [
  createRoute(auth),
  listRoute(auth),
  rotateRoute(auth),
  revokeRoute(auth),
];
