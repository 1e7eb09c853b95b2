import { z } from 'zod';
import { PULSE_SECONDS, type Pulse } from './pulse';
import { COMMON, LIVE_PATH } from './route';

const milliseconds = (what: string) =>
  z
    .number()
    .nullable()
    .meta({
      description: `${what} in milliseconds, at most 5 % too high; null if there were no requests.`,
    });

const pulseSecond = z
  .object({
    time: z.int().meta({ description: 'Start of the second, in seconds since 1970.' }),
    accepted: z.int().meta({ description: 'New reservations.' }),
    refused: z.int().meta({ description: 'Responses with a status 4xx.' }),
    failed: z
      .int()
      .meta({ description: 'Responses with a status 5xx, and requests that the client aborted.' }),
    p50Ms: milliseconds('Median response time'),
    p99Ms: milliseconds('99th percentile of the response time'),
  })
  .meta({ id: 'PulseSecond', description: 'Reserve requests within one second.' });

const pulseAnswer = z.object({ seconds: z.array(pulseSecond) }).meta({ id: 'Pulse' });

const pulseQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number of seconds since 1970')
    .transform(Number)
    .optional()
    .meta({
      description: 'Returns only seconds after this one, in seconds since 1970.',
      override: ({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }) => {
        delete jsonSchema['pattern'];
        Object.assign(jsonSchema, { type: 'integer', minimum: 0, maximum: 999_999_999_999 });
      },
    }),
});

/** The parts of a request that the route reads, after the gateway has validated them. */
interface PulseInput {
  readonly query: z.output<typeof pulseQuery> | undefined;
}

interface PulseReply {
  readonly status: 200;
  readonly body: z.output<typeof pulseAnswer>;
}

/** Describes `GET /live/pulse`, which the page polls where a proxy blocks its event stream. */
export const createPulseRoute = (pulse: Pulse) => ({
  ...COMMON,
  path: `${LIVE_PATH}/pulse`,
  operationId: 'getPulse',
  summary: 'Recent results of reserve requests',
  description: `Returns the number of accepted, refused and failed reserve requests and their response times for each of the last ${PULSE_SECONDS} seconds. Each gateway counts its own requests.`,
  request: { query: pulseQuery },
  responses: {
    200: {
      description: 'Completed seconds, oldest first, without gaps.',
      schema: pulseAnswer,
      example: {
        seconds: [
          { time: 1_795_348_800, accepted: 412, refused: 37, failed: 0, p50Ms: 9.4, p99Ms: 31 },
        ],
      },
    },
  },
  handle: async ({ query }: PulseInput): Promise<PulseReply> => ({
    status: 200,
    body: { seconds: [...pulse.secondsAfter(query?.after ?? 0)] },
  }),
});

export type PulseRoute = ReturnType<typeof createPulseRoute>;
