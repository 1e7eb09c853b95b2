import type { TokenVerifier } from '@flashreserve/identity';
import { type ComponentBase, isOn, startHttpServer } from '@flashreserve/ops';
import type { Redis } from '@flashreserve/store/redis';
import type { Queue } from 'bullmq';
import type { WorkerConfig } from './config';
import { createAdminApp } from './http/admin-app';
import { createDashboard } from './http/dashboard';
import { createDashboardGuard } from './http/dashboard-guard';
import type { Readiness } from './http/readiness';

/** Serves readiness and, if it is on, the queue dashboard. Resolves to the port. */
export const startAdminServer = async (
  { config, log, lifecycle }: ComponentBase<WorkerConfig>,
  deps: {
    readonly queue: Queue;
    readonly redis: Redis;
    readonly readiness: Readiness;
    readonly verifier: TokenVerifier;
  },
): Promise<number> => {
  const { queue, redis, readiness, verifier } = deps;
  const allowsActions = config.DASHBOARD_MAY_CHANGE_QUEUE === 'true';
  const server = await startHttpServer({
    host: config.HOST,
    port: config.WORKER_HTTP_PORT,
    handler: createAdminApp({
      dashboard: isOn(config.QUEUE_DASHBOARD, config)
        ? {
            guard: createDashboardGuard({ verifier, allowsActions }),
            board: createDashboard(queue, { allowsActions }),
          }
        : undefined,
      queueIsReachable: () => redis.status === 'ready',
      checkReadiness: readiness.check,
      log,
    }),
  });
  lifecycle.onStop('admin server', () => server.stop());
  return server.port;
};
