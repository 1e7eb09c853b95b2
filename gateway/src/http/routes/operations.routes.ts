import { z } from 'zod';
import { notReady } from '../gateway-errors';
import type { Readiness } from '../readiness';
import { defineRoute, json, type TableEntry } from '../route';

const COMMON = {
  tag: 'Operations',
  access: 'public',
  request: {},
  services: [],
} as const;

const dependencyState = z.enum(['up', 'down']);

const healthRoute: TableEntry = defineRoute({
  ...COMMON,
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  summary: 'Liveness',
  description: 'Returns 200 while the process runs, whatever the state of its dependencies.',
  responses: {
    200: {
      description: 'The process runs.',
      schema: z.object({ status: z.literal('ok') }),
      example: { status: 'ok' },
    },
  },
  errors: [],
  handle: async () => json(200, { status: 'ok' as const }),
});

const readinessRoute = (readiness: Readiness): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    summary: 'Readiness',
    description:
      'Returns 200 while every service that the gateway depends on answers. `NOT_READY`: a service does not answer, or the gateway is stopping.',
    responses: {
      200: {
        description: 'All dependencies answer.',
        schema: z.object({
          status: z.literal('ready'),
          dependencies: z.object({
            auth: dependencyState,
            catalog: dependencyState,
            reservation: dependencyState,
          }),
        }),
        example: {
          status: 'ready',
          dependencies: { auth: 'up', catalog: 'up', reservation: 'up' },
        },
      },
    },
    errors: ['NOT_READY'],
    handle: async () => {
      const { ready, dependencies, reasons } = await readiness.check();
      if (!ready) throw notReady(dependencies, reasons);
      return json(200, { status: 'ready' as const, dependencies });
    },
  });

export const createOperationRoutes = (readiness: Readiness): readonly TableEntry[] => [
  healthRoute,
  readinessRoute(readiness),
];
