import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import type { ComponentBase } from '@flashreserve/ops';
import { createHealthProbe, type MutualTls } from '@flashreserve/rpc';
import { connectProducerRedis, type Redis } from '@flashreserve/store/redis';
import { Queue } from 'bullmq';
import { watchEvictionPolicy } from './bullmq/eviction-policy';
import type { WorkerConfig } from './config';
import { createReadiness, type Readiness } from './http/readiness';
import type { WorkerMetrics } from './metrics/worker-metrics';

/** The queue as operators look at it: in the dashboard, in metrics and in readiness. */
export const openQueue = (
  { config, log, lifecycle }: ComponentBase<WorkerConfig>,
  measure: WorkerMetrics,
): { readonly queue: Queue; readonly redis: Redis } => {
  // Fails fast, so that looking at the queue never waits for a Redis that is away.
  const redis = connectProducerRedis(config.REDIS_URL, log);
  watchEvictionPolicy(redis, log);
  measure.redis('queue', redis);
  const queue = new Queue(EXPIRY_QUEUE_NAME, {
    connection: redis,
    prefix: config.REDIS_PREFIX,
    // The queue then sends nothing of its own accord. Its start-up commands run only once, and a
    // Redis that goes away in the middle of them would leave the dashboard without its queue for
    // good.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  queue.on('error', (error) => {
    log.debug({ err: error }, 'The dashboard cannot reach the queue.');
  });
  measure.showQueue(queue);
  lifecycle.onStop('queue', async () => {
    await queue.close();
    redis.disconnect();
  });
  return { queue, redis };
};

/** Ready while Redis, catalog and reservation can be reached. */
export const connectProbes = (
  { config, lifecycle }: ComponentBase<WorkerConfig>,
  { redis, tls }: { readonly redis: Redis; readonly tls: MutualTls | undefined },
): Readiness => {
  const reservation = createHealthProbe(config.RESERVATION_ADDRESS, {
    tls,
    serverName: 'reservation',
  });
  lifecycle.onStop('reservation probe', reservation.close);
  const catalog = createHealthProbe(config.CATALOG_ADDRESS, { tls, serverName: 'catalog' });
  lifecycle.onStop('catalog probe', catalog.close);
  return createReadiness({ reservation, catalog, pingRedis: () => redis.ping() });
};
