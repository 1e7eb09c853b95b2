import type { Logger } from '@flashreserve/ops';
import type { Redis } from 'ioredis';

const POLICY = /^maxmemory_policy:(\S+)/m;

/** The eviction policy in Redis's answer to INFO, if it says one. */
export const readEvictionPolicy = (info: string): string | undefined => POLICY.exec(info)?.[1];

/**
 * Says loudly, at every connect, when Redis may throw jobs away under memory pressure. Read from INFO, which
 * is allowed where CONFIG is not.
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
      log.warn({ err: error }, 'The eviction policy of Redis could not be read.');
    });
  });
};
