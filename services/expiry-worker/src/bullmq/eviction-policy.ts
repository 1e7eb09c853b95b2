import type { Logger } from '@flashreserve/ops';
import type { Redis } from 'ioredis';

const POLICY = /^maxmemory_policy:(\S+)/m;

/** The eviction policy in a reply to INFO, if it names one. */
export const readEvictionPolicy = (info: string): string | undefined => POLICY.exec(info)?.[1];

/**
 * Logs an error at every connect if Redis may evict jobs under memory pressure. Reads INFO, which
 * is permitted where CONFIG is not.
 */
export const watchEvictionPolicy = (redis: Redis, log: Logger): void => {
  const check = async (): Promise<void> => {
    const policy = readEvictionPolicy(await redis.info('memory'));
    if (policy === 'noeviction') return;
    log.error(
      { maxmemoryPolicy: policy ?? 'unknown' },
      'REDIS MAY LOSE JOBS: set its maxmemory-policy to "noeviction". Until then the sweep covers lost jobs.',
    );
  };
  redis.on('ready', () => {
    check().catch((error: unknown) => {
      log.warn({ err: error }, 'Could not read the eviction policy of Redis.');
    });
  });
};
