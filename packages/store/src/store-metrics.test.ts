import { EventEmitter } from 'node:events';
import { createMetrics } from '@flashreserve/ops';
import type { mongo } from 'mongoose';
import { createMongoMetrics } from './mongo/mongo-metrics';
import { createRedisMetrics } from './redis/redis-metrics';

describe('MongoDB metrics', () => {
  const setUp = () => {
    const metrics = createMetrics();
    const client = new EventEmitter();
    const mongoMetrics = createMongoMetrics(metrics);
    mongoMetrics.watchPool(client as unknown as mongo.MongoClient);
    const emit = (event: string, facts: object = {}) => {
      client.emit(event, { address: 'a:1', connectionId: 1, durationMS: 3, ...facts });
    };
    return { metrics, mongoMetrics, emit };
  };

  it('pool metrics show connections, those in use, and the time operations waited for one', async () => {
    const { metrics, emit } = setUp();
    emit('connectionCreated');
    emit('connectionCreated', { connectionId: 2 });
    // Opened before the metrics subscribed.
    emit('connectionCheckedOut', { connectionId: 7 });
    emit('connectionCheckedOut');
    emit('connectionCheckedIn');
    emit('connectionClosed', { connectionId: 2 });

    const text = await metrics.metrics();

    expect(text).toContain('flashreserve_mongo_pool_connections{state="in_use"} 1');
    expect(text).toContain('flashreserve_mongo_pool_connections{state="idle"} 1');
    expect(text).toContain('flashreserve_mongo_pool_wait_seconds_sum 0.006');
  });

  it('closing a pool drops its connections from the metrics, and no others', async () => {
    const { metrics, emit } = setUp();
    emit('connectionCreated');
    emit('connectionCreated', { address: 'b:1' });
    emit('connectionPoolClosed');

    expect(await metrics.metrics()).toContain(
      'flashreserve_mongo_pool_connections{state="idle"} 1',
    );
  });

  it('metrics count failed checkouts and pool clears, and show whether the store answers', async () => {
    const { metrics, mongoMetrics, emit } = setUp();
    emit('connectionCheckOutFailed', { reason: 'timeout' });
    emit('connectionPoolCleared');
    mongoMetrics.reportStore(true);

    const text = await metrics.metrics();

    expect(text).toContain('flashreserve_mongo_pool_wait_failures_total{reason="timeout"} 1');
    expect(text).toContain('flashreserve_mongo_pool_clears_total 1');
    expect(text).toContain('flashreserve_mongo_up 1');
    mongoMetrics.reportStore(false);
    expect(await metrics.metrics()).toContain('flashreserve_mongo_up 0');
  });
});

describe('Redis metrics', () => {
  it('metrics show the state of each Redis connection at the time of the scrape', async () => {
    const metrics = createMetrics();
    const redis = Object.assign(new EventEmitter(), { status: 'ready' });
    createRedisMetrics(metrics)('queue', redis);

    expect(await metrics.metrics()).toContain('flashreserve_redis_up{connection="queue"} 1');
    redis.status = 'reconnecting';
    redis.emit('reconnecting');

    const text = await metrics.metrics();
    expect(text).toContain('flashreserve_redis_up{connection="queue"} 0');
    expect(text).toContain('flashreserve_redis_reconnects_total{connection="queue"} 1');
  });
});
