import type { RequestHandler } from 'express';
import { z } from 'zod';
import { LIVE_PATH } from '../live/live-page';
import { PULSE_SECONDS, type Pulse } from '../live/pulse';
import { defineRoute, json, type TableEntry } from '../route';

const COMMON = {
  tag: 'Live sale',
  method: 'get',
  access: 'public',
  services: [],
  errors: [],
} as const;

/** The live sale page, and the pulse of this gateway that it shows. */
export interface Live {
  readonly page: readonly RequestHandler[];
  readonly pulse: Pulse;
}

export interface LiveDeps {
  /** Undefined when the page is disabled. */
  readonly live: Live | undefined;
}

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

const pulseRoute = (pulse: Pulse): TableEntry =>
  defineRoute({
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
    handle: async ({ query }) => json(200, { seconds: [...pulse.secondsAfter(query.after ?? 0)] }),
  });

const pageRoute = (page: readonly RequestHandler[]): TableEntry => ({
  ...COMMON,
  path: LIVE_PATH,
  operationId: 'getLivePage',
  summary: 'Live sale page',
  description:
    'A browser page that shows the stock live, and can reserve, confirm and cancel. Administrators can also create products and adjust their stock. `LIVE_PAGE=false` disables it.',
  request: {},
  responses: { 200: { description: 'An HTML page.', mediaType: 'text/html' } },
  middleware: page,
});

/** The page serves the rest of its path, so it comes last. */
export const createLiveRoutes = ({ live }: LiveDeps): readonly TableEntry[] =>
  live === undefined ? [] : [pulseRoute(live.pulse), pageRoute(live.page)];
