import { SCOPES } from '@flashreserve/contracts';
import { z } from 'zod';
import {
  EXAMPLE_IDS,
  idempotencyKeyHeader,
  instant,
  jsonObject,
  nextPageToken,
  pageSize,
  pageToken,
  text,
  wholeNumber,
} from './common.schemas';

const OVERLAP_SECONDS_MAX = 604_800;

export const SCOPE_NAMES: readonly string[] = Object.keys(SCOPES);
/** Twice as many as there are: repeated ones are accepted. */
const SCOPES_MAX = 2 * SCOPE_NAMES.length;
const SCOPES_MESSAGE = `must be a list of 1 to ${SCOPES_MAX} scopes`;

export const EXAMPLE_API_CLIENT = {
  clientId: 'k3v7q2m9x4t8w1zb',
  name: 'Web shop',
  scopes: ['reservations:confirm', 'reservations:write'],
  createdBy: EXAMPLE_IDS.user,
  createdAt: '2026-11-22T12:00:00.000Z',
  secrets: [
    { secretId: '0198a1b7-4444-7444-8444-444444444444', createdAt: '2026-11-22T12:00:00.000Z' },
  ],
};

export const EXAMPLE_SECRET = {
  secret: 'uX2nR7cQ0aVb5LkT9yHs3WdEgJm6PzFq1iNo8CxBtYw',
  apiKey: `fr_${EXAMPLE_API_CLIENT.clientId}_uX2nR7cQ0aVb5LkT9yHs3WdEgJm6PzFq1iNo8CxBtYw`,
};

const clientId = z
  .string()
  .regex(/^[a-z0-9]{1,64}$/, 'must be 1 to 64 lower-case letters and digits')
  .meta({ description: 'Id of the API client.', example: EXAMPLE_API_CLIENT.clientId });

export const clientPath = z.object({ clientId });

export const clientKeyHeader = idempotencyKeyHeader(
  '1 to 255 visible ASCII characters, chosen before the first attempt. A retry with the same key returns the same client with a new secret, and the secret of the earlier attempt ends. Once the client was used, changed or revoked, its key is refused (`REQUEST_ID_REUSED`).',
);

export const createClientBody = jsonObject({
  name: text({ min: 1, max: 100 }).meta({ description: 'Display name.' }),
  scopes: z
    .array(z.enum(SCOPE_NAMES, `must be one of ${SCOPE_NAMES.join(', ')}`), SCOPES_MESSAGE)
    .min(1, SCOPES_MESSAGE)
    .max(SCOPES_MAX, SCOPES_MESSAGE)
    .meta({ description: 'What the client may do. Repeated scopes count once.' }),
}).meta({ id: 'NewApiClient' });

export const rotateSecretBody = jsonObject({
  overlapSeconds: wholeNumber({ min: 0, max: OVERLAP_SECONDS_MAX }).default(0).meta({
    description:
      'How long the older secrets stay valid, at most 7 days. 0 ends them and their tokens at once.',
  }),
})
  .meta({ id: 'SecretRotation' })
  .optional();

export const listClientsQuery = z.strictObject({ pageSize, pageToken });

const scopes = z.array(z.string()).meta({
  description: 'What the client may do, in alphabetical order.',
});

const clientFields = {
  clientId,
  name: z.string(),
  scopes,
  createdBy: z.string().meta({ description: 'User id of the administrator who created it.' }),
  createdAt: instant('When the client was created.'),
  revokedAt: instant('When it was revoked; absent while it may be used.').optional(),
  lastUsedAt: instant(
    'When it last got a token, to the minute; absent before the first.',
  ).optional(),
  secrets: z
    .array(
      z.object({
        secretId: z.string(),
        createdAt: instant('When the secret was created.'),
        endsAt: instant('When it ends; absent for the newest one.').optional(),
      }),
    )
    .meta({ description: 'The secrets that have not ended, oldest first, without their values.' }),
};

const secretFields = {
  secret: z.string().meta({ description: 'The client secret. Only this response has it.' }),
  apiKey: z.string().meta({
    description:
      'The client id and the secret as one text, for use as Bearer token. Only this response has it.',
  }),
};

export const apiClient = z
  .object(clientFields)
  .meta({ id: 'ApiClient', description: 'A backend of a shop, which acts for customers.' });

export const createdApiClient = z
  .object({
    clientId,
    name: clientFields.name,
    scopes,
    ...secretFields,
    createdAt: clientFields.createdAt,
  })
  .meta({ id: 'CreatedApiClient', description: 'A new API client with its secret.' });

export const rotatedApiClient = z
  .object({ ...clientFields, ...secretFields })
  .meta({ id: 'RotatedApiClient', description: 'An API client with its new secret.' });

export const apiClientPage = z
  .object({ items: z.array(apiClient), nextPageToken })
  .meta({ id: 'ApiClientPage' });

/** Must be given once, but a repeated field has a refusal of its own, too. */
const formField = (description: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({
      description,
      override: ({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }) => {
        delete jsonSchema['anyOf'];
        jsonSchema['type'] = 'string';
      },
    });

/** Fields are checked by the handler, whose errors have another form. Others are ignored. */
export const tokenForm = z
  .object({
    grant_type: formField('Required. Always `client_credentials`.'),
    scope: formField(
      'Scopes of the token, separated by single spaces. All scopes of the client by default.',
    ),
    client_id: formField('Id of the API client, unless sent by HTTP Basic.'),
    client_secret: formField('A secret of the API client, unless sent by HTTP Basic.'),
  })
  .meta({ id: 'ClientTokenRequest' })
  .optional();

export const tokenHeaders = z.object({
  Authorization: z.string().optional().meta({
    description:
      'HTTP Basic with the client id as user and the secret as password, both form-encoded (RFC 6749, section 2.3.1).',
  }),
});

export const clientToken = z
  .object({
    access_token: z.string().meta({ description: 'RS256 JWT for the `Authorization` header.' }),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds until the access token expires.' }),
    scope: z.string().meta({ description: 'The scopes of the token, separated by spaces.' }),
  })
  .meta({ id: 'ClientToken', description: 'An access token of an API client (RFC 6749).' });

export const tokenError = z
  .object({
    error: z.enum(['invalid_request', 'invalid_client', 'unsupported_grant_type', 'invalid_scope']),
    error_description: z.string().meta({ description: 'Explanation for humans.' }),
  })
  .meta({ id: 'TokenError', description: 'An error of RFC 6749, section 5.2.' });

export const metadataHeaders = z.object({
  Host: z
    .string()
    .regex(
      /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/,
      'must be a host name or an IP address, with or without a port',
    )
    .optional()
    .meta({ description: 'Part of the URLs if the deployment has no `PUBLIC_URL`.' }),
});

export const serverMetadata = z
  .object({
    issuer: z.string(),
    token_endpoint: z.string(),
    jwks_uri: z.string(),
    grant_types_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    scopes_supported: z.array(z.string()),
    response_types_supported: z
      .array(z.string())
      .meta({ description: 'Always empty: there is no authorization endpoint.' }),
  })
  .meta({ id: 'AuthorizationServerMetadata', description: 'Metadata of RFC 8414.' });
