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
  summary: 'Alive',
  description: 'Says that the process runs, and nothing about what it depends on.',
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
    summary: 'Ready',
    description: 'Ready only while every service that the gateway needs answers.',
    responses: {
      200: {
        description: 'Every dependency answers.',
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
