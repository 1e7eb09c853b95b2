import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import {
  createLifecycle,
  createMetrics,
  createSilentLogger,
  newId,
  noFailpoints,
  systemClock,
} from '@flashreserve/ops';
import { Queue } from 'bullmq';
import { createExpiryScheduler } from '../../../services/reservation/src/bullmq/expiry.scheduler';
import { createReservationMetrics } from '../../../services/reservation/src/metrics/reservation-metrics';
import { eventually } from '../../support/eventually';
import { uniquePrefix } from '../../support/stores';
import { type RedisWithUsers, startRedisWithUsers } from './redis-with-users';

// Goal: a Redis deployed with the files in deploy/redis keeps the queue when it is killed and
// restarted. It replays its append-only file as user `default`, whose permissions it checks for
// each transaction and script of BullMQ.

const JOBS = 40;
const FAR_MS = 3_600_000;
const log = createSilentLogger();

describe('a restart of Redis', () => {
  const lifecycle = createLifecycle({ log });
  let redis: RedisWithUsers;
  let queue: Queue;

  beforeAll(async () => {
    redis = await startRedisWithUsers(uniquePrefix());
    lifecycle.onStop('redis', redis.stop);
    // BullMQ reconnects by itself; the first commands after the restart may fail and are retried
    // below.
    queue = new Queue(EXPIRY_QUEUE_NAME, {
      connection: { url: redis.urlOf('operator'), disableClientInfo: true },
      prefix: redis.prefix,
    });
    queue.on('error', () => undefined);
    lifecycle.onStop('queue', () => queue.close());
  });
  afterAll(async () => {
    await lifecycle.stop();
  });

  it('a restart of Redis keeps every job and its data', async () => {
    const scheduler = createExpiryScheduler({
      redisUrl: redis.urlOf('queue'),
      prefix: redis.prefix,
      clock: systemClock,
      log,
      failpoints: noFailpoints,
      measure: createReservationMetrics(createMetrics()),
    });
    await scheduler.waitUntilReady(10_000);
    const expiresAt = (index: number): Date => new Date(Date.now() + FAR_MS + index * 2_000);
    const ids = Array.from({ length: JOBS }, newId);
    for (const [index, reservationId] of ids.entries()) {
      await scheduler.scheduleExpiry(
        { reservationId, expiresAt: expiresAt(index) },
        { repeated: false },
      );
    }
    await scheduler.stop();
    const idsIn = async (): Promise<readonly string[]> =>
      (await queue.getJobs(['delayed'])).flatMap(({ data }) => data.reservationIds).sort();
    expect(await idsIn()).toEqual(ids.toSorted());
    const keysBefore = await redis.operator.dbsize();
    // appendfsync runs once a second: older data is on disk.
    await eventually(async () => {
      expect(await redis.operator.info('persistence')).toContain('aof_pending_bio_fsync:0');
    }, 5_000);

    await redis.killAndRestart();

    expect(await redis.operator.dbsize()).toBe(keysBefore);
    await eventually(async () => expect(await idsIn()).toEqual(ids.toSorted()), 20_000);
  });

  it('no client can log in as the user that replays the append-only file', async () => {
    const client = redis.operator.duplicate();
    for (const password of ['', 'x']) {
      await expect(client.auth('default', password)).rejects.toThrow('WRONGPASS');
    }
    client.disconnect();
  });
});
