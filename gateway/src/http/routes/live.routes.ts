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
      description: `${what}, at most 5 % too high; null in a second without requests.`,
    });

const pulseSecond = z
  .object({
    time: z.int().meta({ description: 'When the second began, in seconds since 1970.' }),
    accepted: z.int().meta({ description: 'New reservations.' }),
    refused: z.int().meta({ description: 'Answers 4xx.' }),
    failed: z.int().meta({ description: 'Answers 5xx, and clients that went away.' }),
    p50Ms: milliseconds('Median of the answer times'),
    p99Ms: milliseconds('99th percentile of the answer times'),
  })
  .meta({ id: 'PulseSecond', description: 'Requests to reserve within one second.' });

const pulseAnswer = z.object({ seconds: z.array(pulseSecond) }).meta({ id: 'Pulse' });

const pulseQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number of seconds since 1970')
    .transform(Number)
    .optional()
    .meta({
      description: 'Only seconds later than this one, in seconds since 1970.',
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
    summary: 'What this gateway answered',
    description: `Accepted, refused and failed requests to reserve and their answer times in each of the last ${PULSE_SECONDS} seconds. Each gateway counts its own.`,
    request: { query: pulseQuery },
    responses: {
      200: {
        description: 'Seconds that have ended, oldest first, without gaps.',
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
    'For people in a browser: stock as it moves, reserve, confirm and cancel, and for administrators new products and stock. `LIVE_PAGE=false` takes it away.',
  request: {},
  responses: { 200: { description: 'A page for people.', mediaType: 'text/html' } },
  middleware: page,
});

/** The page serves the rest of its path, so it comes last. */
export const createLiveRoutes = ({ live }: LiveDeps): readonly TableEntry[] =>
  live === undefined ? [] : [pulseRoute(live.pulse), pageRoute(live.page)];
