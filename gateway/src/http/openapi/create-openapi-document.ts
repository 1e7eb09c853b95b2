import { SCOPES } from '@flashreserve/contracts';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { BOUNDS } from '../../limits/bounds';
import { isSubtree, type ResponseSpec, type TableEntry } from '../route';
import { errorExamplesOf, toErrorResponses } from './error-responses';
import { createNamer, PARAMETER } from './path-names';
import { TAGS } from './tags';

const INTRODUCTION = `Sells scarce things fast: holds stock for a limited time, never oversells, never loses a unit.

**Try it**: run *register*, then *login* (which also fills in the token), create a product as an administrator, reserve it, then confirm or cancel the reservation. Swagger UI fills in the ids of what you last created or listed.

**Errors** are \`application/problem+json\` (RFC 9457) with a stable \`reason\`; [every reason is explained here](/errors). Field errors identify the field by a pointer: \`/items/0/quantity\` in the body, \`/query/pageSize\`, \`/path/productId\`, \`/headers/idempotency-key\`. Each operation explains the errors specific to it. Errors that any operation with a token, a body or a service call can return are explained on that page only.

**Rate limits**: exceeding one returns 429 with \`Retry-After\` (seconds). \`RateLimit-Policy\` names the limit and \`RateLimit\` what is left of it (draft-ietf-httpapi-ratelimit-headers-10), also on accepted requests of a limited route.

**Compatibility**: responses may get new members and enums new values at any time; nothing is removed within a major version. Ignore what you do not know.

**Request ids**: every request may send \`x-request-id\` (1 to 128 visible ASCII characters). It is returned in the response, logged, and passed to the services.

**Sizes**: a body is JSON of at most 64 KiB with at most ${BOUNDS.bodyValuesMax} values (object members and array elements in total). A query has at most ${BOUNDS.queryParametersMax} parameters. Text must be well-formed Unicode without lone surrogates.`;

const idOf = (schema: z.ZodType): string => schema.meta()?.id ?? '';

/** Extension for the schema of a stream's events, which OpenAPI 3.1 cannot express. */
const eventReference = ({ event }: ResponseSpec) =>
  event !== undefined && { 'x-event-data': { $ref: `#/components/schemas/${idOf(event)}` } };

const toContent = (spec: ResponseSpec): ZodOpenApiResponseObject['content'] => {
  const { mediaType, schema, example } = spec;
  if (mediaType !== undefined) {
    const ofExample = example !== undefined && { example };
    return { [mediaType]: { schema: z.string(), ...ofExample, ...eventReference(spec) } };
  }
  if (schema === undefined) return undefined;
  return { 'application/json': { schema, ...(example !== undefined && { example }) } };
};

const toResponse = (spec: ResponseSpec): ZodOpenApiResponseObject => {
  const content = toContent(spec);
  const headers = z.object(
    Object.fromEntries(
      Object.entries(spec.headers ?? {}).map(([name, description]) => [
        name,
        z.string().meta({ description }),
      ]),
    ),
  );
  return {
    description: spec.description,
    headers,
    ...(content !== undefined && { content }),
  };
};

const USER = { bearer: [] };

const SECURITY = {
  public: [],
  'optional-user': [{}, USER],
  user: [USER],
  customer: [USER],
  admin: [USER],
  manager: [USER],
};

/** API clients send a token that they got for their secret, or the key itself. */
const securityOfClients = ({ scope }: TableEntry): Record<string, string[]>[] =>
  scope === undefined ? [] : [{ apiClient: [scope] }, { apiKey: [] }];

const WHO = {
  public: 'Anyone.',
  'optional-user': 'Anyone.',
  user: 'Users.',
  customer: 'Users',
  admin: 'Administrators.',
  manager: 'Administrators',
} as const;

const callersOf = ({ access, scope }: TableEntry): string =>
  scope === undefined
    ? WHO[access]
    : `${WHO[access]}, and API clients with the scope \`${scope}\`.`;

const toSecurity = (entry: TableEntry): Record<string, string[]>[] =>
  isSubtree(entry) && entry.security !== undefined
    ? entry.security.map((requirement) =>
        Object.fromEntries(
          Object.entries(requirement).map(([name, scopes]) => [name, [...scopes]]),
        ),
      )
    : [...SECURITY[entry.access], ...securityOfClients(entry)];

const toRequestBody = ({
  request,
  requestExamples,
  takesForm,
}: TableEntry): ZodOpenApiOperationObject['requestBody'] =>
  request.body === undefined
    ? undefined
    : {
        required: !request.body.safeParse(undefined).success,
        content: {
          [takesForm === true ? 'application/x-www-form-urlencoded' : 'application/json']: {
            schema: request.body,
            ...(requestExamples !== undefined && { examples: { ...requestExamples } }),
          },
        },
      };

type Namer = ReturnType<typeof createNamer>;

const toPathParameters = ({ path, request }: TableEntry, nameIn: Namer): z.ZodObject | undefined =>
  request.path === undefined
    ? undefined
    : z.object(
        Object.fromEntries(
          Object.entries(request.path.shape).map(([name, schema]) => {
            const shared = nameIn(path, name);
            const meta = (schema as z.ZodType).meta() ?? {};
            return [
              shared,
              shared === name
                ? schema
                : (schema as z.ZodType).meta({
                    ...meta,
                    description: `\`${name}\`. ${meta.description ?? ''}`,
                  }),
            ];
          }),
        ),
      );

/** The responses of an entry; a status may have one of its own and a problem. */
const toResponses = (entry: TableEntry): Record<string, ZodOpenApiResponseObject> => {
  const all = Object.fromEntries(
    Object.entries(entry.responses).map(([status, spec]) => [status, toResponse(spec)]),
  );
  for (const [status, problem] of Object.entries(toErrorResponses(entry))) {
    const own = all[status];
    all[status] =
      own === undefined
        ? problem
        : {
            ...own,
            description: `${own.description}, ${problem.description}`,
            content: { ...own.content, ...problem.content },
          };
  }
  return all;
};

const toOperation = (entry: TableEntry, nameIn: Namer): ZodOpenApiOperationObject => {
  const { request } = entry;
  const path = toPathParameters(entry, nameIn);
  const requestBody = toRequestBody(entry);
  return {
    operationId: entry.operationId,
    tags: [entry.tag],
    summary: entry.summary,
    description: `${entry.description}\n\n*Callers:* ${callersOf(entry)}`,
    security: toSecurity(entry),
    requestParams: {
      ...(path !== undefined && { path }),
      ...(request.query !== undefined && { query: request.query }),
      ...(request.headers !== undefined && { header: request.headers }),
    },
    ...(requestBody !== undefined && { requestBody }),
    responses: toResponses(entry),
  };
};

/** Schemas of stream events, which are not the body of any request or response. */
const eventSchemas = (table: readonly TableEntry[]): Readonly<Record<string, z.ZodType>> =>
  Object.fromEntries(
    table
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap(({ event }) => (event === undefined ? [] : [[idOf(event), event]])),
  );

/** Describes the route table as OpenAPI 3.1. */
export const createOpenApiDocument = (
  table: readonly TableEntry[],
): Readonly<Record<string, unknown>> => {
  const nameIn = createNamer(table);
  const paths: ZodOpenApiPathsObject = {};
  for (const entry of table) {
    const path = entry.path.replace(
      PARAMETER,
      (_match, name: string) => `{${nameIn(entry.path, name)}}`,
    );
    paths[path] = { ...paths[path], [entry.method]: toOperation(entry, nameIn) };
  }
  const document = createDocument({
    openapi: '3.1.1',
    info: {
      title: 'FlashReserve',
      version: '0.1.0',
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: TAGS.filter(({ name }) => table.some(({ tag }) => tag === name)),
    paths,
    components: {
      schemas: eventSchemas(table),
      examples: errorExamplesOf(table),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'The `accessToken` returned by a login or, on the same operations, an access token of an OpenID provider that the operator trusts.',
        },
        apiClient: {
          type: 'oauth2',
          description: 'An access token of an API client, from `POST /oauth/token`.',
          flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: SCOPES } },
        },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'fr_<clientId>_<secret>',
          description: 'The `apiKey` of an API client.',
        },
        adminSession: {
          type: 'apiKey',
          in: 'cookie',
          name: 'flashreserve_admin',
          description: 'The cookie set by `POST /admin/session`.',
        },
      },
    },
  });
  return { ...document };
};
