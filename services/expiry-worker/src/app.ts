import {
  type App,
  type ComponentDependencies,
  createFailpoints,
  runComponent,
} from '@flashreserve/ops';
import { readMutualTls, storeUnavailable } from '@flashreserve/rpc';
import { createSettleBatch } from './application/settle-batch';
import { createHoldSettler } from './application/settle-holds';
import { createExpiryWorker } from './bullmq/expiry-worker';
import type { WorkerConfig } from './config';
import { connectServices } from './connect-services';
import { createSweeper } from './create-sweeper';
import { createWorkerMetrics } from './metrics/worker-metrics';
import { connectProbes, openQueue } from './open-queue';
import { startAdminServer } from './start-admin-server';

/**
 * Starts the worker. It waits for nothing: Redis and the services may come later, and each of them
 * may go away and come back.
 *
 * @throws Error when the admin port cannot be bound
 */
export const createApp = (
  config: WorkerConfig,
  dependencies: ComponentDependencies,
): Promise<App> =>
  runComponent({
    name: 'expiry-worker',
    config,
    dependencies,
    ready: 'The expiry worker is running.',
    parts: async (base) => {
      const { log, clock, lifecycle, metrics } = base;
      const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
      const tls = readMutualTls(config);
      const measure = createWorkerMetrics(metrics, { log });
      const { verifier, ...services } = connectServices(base, { failpoints, tls });
      const settler = createHoldSettler({
        settleBatch: createSettleBatch({
          ...services,
          clock,
          log,
          onContradiction: measure.onContradiction,
        }),
        clock,
        observe: measure.batches('settle'),
      });
      lifecycle.onStop('holds', settler.drain);
      const { queue, redis } = openQueue(base, measure);
      const readiness = connectProbes(base, { redis, tls });
      const { settle } = failpoints.around('worker.job', { settle: settler.settle });
      const jobs = { settle, catalog: services.catalog, settleOverdue: settler.settle };
      return { measure, verifier, queue, redis, readiness, jobs, checkReadiness: readiness.check };
    },
    service: async (base, { measure, verifier, queue, redis, readiness, jobs }) => {
      const { log, tracing, lifecycle } = base;
      const port = await startAdminServer(base, { queue, redis, readiness, verifier });
      const worker = createExpiryWorker({
        redisUrl: config.REDIS_URL,
        prefix: config.REDIS_PREFIX,
        settle: jobs.settle,
        log,
        tracing,
        measure,
      });
      lifecycle.onStop('worker', worker.stop);
      const { catalog, settleOverdue: settle } = jobs;
      const sweeper = createSweeper(base, { catalog, settle, measure });
      lifecycle.onStop('sweeper', sweeper.stop);
      // Nobody sends it work, so there is no load balancer to wait for.
      lifecycle.onStop('readiness', readiness.turnOff);
      worker.start();
      sweeper.start();
      return port;
    },
  });
