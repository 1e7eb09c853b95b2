import { ERROR_CATALOGUE, ERROR_REASONS, type ErrorReason } from '@flashreserve/contracts/errors';
import { toProblem } from '@flashreserve/rpc';
import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { exampleError, statusOf } from '../error-examples';
import type { TableEntry } from '../route';
import { reasonsOf } from './reasons';

const PROBLEM_TYPE = 'application/problem+json';

const problem = z
  .object({
    type: z.string().meta({ description: 'URI reference to the explanation of `reason`.' }),
    title: z
      .string()
      .meta({ description: 'A summary of the type, the same for all problems of it.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    detail: z.string().meta({ description: 'Explanation of this error for humans.' }),
    instance: z.string().meta({ description: 'URN of this request.' }),
    reason: z
      .enum(ERROR_REASONS)
      .meta({ description: 'Stable identifier of the error; programs should branch on it.' }),
    requestId: z.string().meta({ description: 'Identifies the request in the logs.' }),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .meta({ description: 'The invalid field, as a JSON pointer.', example: '/quantity' }),
          detail: z.string().meta({ description: 'Why the field is invalid.' }),
        }),
      )
      .optional()
      .meta({ description: 'All invalid fields that were found.' }),
  })
  .catchall(z.unknown())
  .meta({
    id: 'Problem',
    description:
      'RFC 9457 problem details. Some reasons have additional members, for example `productId`.',
  });

const EXAMPLE_REQUEST = {
  instance: 'urn:flashreserve:request:0198a1b6-3333-7333-8333-333333333333',
  requestId: '0198a1b6-3333-7333-8333-333333333333',
};

/** One example per reason that the table's entries can return, for the document's components. */
export const errorExamplesOf = (table: readonly TableEntry[]) => {
  const answered = new Set(table.flatMap(reasonsOf));
  return Object.fromEntries(
    ERROR_REASONS.filter((reason) => answered.has(reason)).map((reason) => [
      reason,
      {
        summary: reason,
        description: ERROR_CATALOGUE[reason].meaning,
        value: toProblem(exampleError(reason), EXAMPLE_REQUEST),
      },
    ]),
  );
};

const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;

const RETRY_AFTER = z.string().meta({ description: 'Seconds to wait before retrying.' });

const RATE_LIMIT_HEADERS = {
  'RateLimit-Policy': z
    .string()
    .meta({ description: 'The exceeded limit: `"login";q=10;w=900` is 10 in 900 seconds.' }),
  RateLimit: z.string().meta({
    description: 'What is left of it: `"login";r=0;t=60` is nothing for another 60 seconds.',
  }),
};

/** Headers of `toProblemHeaders` that are useful to programs. */
const HEADERS_BY_STATUS: Readonly<Record<number, z.ZodObject>> = {
  [TOO_MANY_REQUESTS]: z.object({
    'Retry-After': RETRY_AFTER,
    ...RATE_LIMIT_HEADERS,
  }),
  [UNAVAILABLE]: z.object({ 'Retry-After': RETRY_AFTER }),
};

const toErrorResponse = (
  status: number,
  reasons: readonly ErrorReason[],
): ZodOpenApiResponseObject => ({
  description: reasons.map((reason) => `\`${reason}\``).join(', '),
  ...(HEADERS_BY_STATUS[status] && { headers: HEADERS_BY_STATUS[status] }),
  content: {
    [PROBLEM_TYPE]: {
      schema: problem,
      examples: Object.fromEntries(
        reasons.map((reason) => [reason, { $ref: `#/components/examples/${reason}` }]),
      ),
    },
  },
});

/** The error responses of an entry: one per status, with an example per reason. */
export const toErrorResponses = (
  entry: TableEntry,
): Readonly<Record<string, ZodOpenApiResponseObject>> => {
  const byStatus = new Map<number, ErrorReason[]>();
  for (const reason of reasonsOf(entry)) {
    const status = statusOf(reason);
    byStatus.set(status, [...(byStatus.get(status) ?? []), reason]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, reasons]) => [String(status), toErrorResponse(status, reasons)]),
  );
};
