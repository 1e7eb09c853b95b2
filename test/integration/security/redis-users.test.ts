import { readdirSync, readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import {
  createLifecycle,
  createMetrics,
  createSilentLogger,
  type Lifecycle,
  newId,
  noFailpoints,
  noTracing,
  startHttpServer,
  systemClock,
} from '@flashreserve/ops';
import type { EntryOutcome } from '@flashreserve/rpc';
import { connectCounterRedis, connectProducerRedis } from '@flashreserve/store/redis';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import {
  createTestAuth,
  GOOD_PASSWORD,
  logIn,
  statusesOf,
} from '../../../gateway/src/testing/log-in';
import { startTestGateway } from '../../../gateway/src/testing/start-test-gateway';
import type { Settlement } from '../../../services/expiry-worker/src/application/settle-batch';
import { watchEvictionPolicy } from '../../../services/expiry-worker/src/bullmq/eviction-policy';
import { createExpiryWorker } from '../../../services/expiry-worker/src/bullmq/expiry-worker';
import { createAdminApp } from '../../../services/expiry-worker/src/http/admin-app';
import { createDashboard } from '../../../services/expiry-worker/src/http/dashboard';
import { createWorkerMetrics } from '../../../services/expiry-worker/src/metrics/worker-metrics';
import { createExpiryScheduler } from '../../../services/reservation/src/bullmq/expiry.scheduler';
import { createReservationMetrics } from '../../../services/reservation/src/metrics/reservation-metrics';
import { eventually } from '../../support/eventually';
import { uniquePrefix } from '../../support/stores';
import { type RedisUser, type RedisWithUsers, startRedisWithUsers } from './redis-with-users';

// Goal: with deploy/redis/users.acl each component can do its work in Redis, and nothing else.
// Redis records refused commands itself (ACL LOG), so a command that fails silently is found too.

const USERS_FILE = resolve(__dirname, '../../../deploy/redis/users.acl');
const log = createSilentLogger();
let redis: RedisWithUsers;
let lifecycle: Lifecycle;

beforeEach(async () => {
  lifecycle = createLifecycle({ log });
  redis = await startRedisWithUsers(uniquePrefix());
  lifecycle.onStop('redis', redis.stop);
});
afterEach(async () => {
  await lifecycle.stop();
});

type Outcome = EntryOutcome<Settlement>;

const RELEASED: Outcome = { ok: true, value: { outcome: 'released', changed: true } };

/** Reservation's producer and a worker, both as user `queue`. */
const startQueue = async (outcomeOf: (id: string, attempt: number) => Outcome) => {
  const redisUrl = redis.urlOf('queue');
  const { prefix } = redis;
  const attempts = new Map<string, number>();
  const scheduler = createExpiryScheduler({
    redisUrl,
    prefix,
    clock: systemClock,
    log,
    failpoints: noFailpoints,
    measure: createReservationMetrics(createMetrics()),
  });
  await scheduler.waitUntilReady(5_000);
  const worker = createExpiryWorker({
    redisUrl,
    prefix,
    settle: async (ids) =>
      new Map(
        ids.map((id) => {
          const attempt = (attempts.get(id) ?? 0) + 1;
          attempts.set(id, attempt);
          return [id, outcomeOf(id, attempt)];
        }),
      ),
    log,
    tracing: noTracing,
    measure: createWorkerMetrics(createMetrics(), { log }),
  });
  lifecycle.onStop('scheduler', scheduler.stop);
  lifecycle.onStop('worker', worker.stop);
  worker.start();
  const connection = connectProducerRedis(redisUrl, log);
  await eventually(async () => expect(connection.status).toBe('ready'), 5_000);
  const queue = new Queue(EXPIRY_QUEUE_NAME, {
    connection,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  lifecycle.onStop('queue', async () => {
    await queue.close();
    connection.disconnect();
  });
  return { scheduler, queue, connection, attempts };
};

describe('reservation and expiry-worker', () => {
  it('user queue can add, run, put back, retry and fail jobs', async () => {
    const [plain, early, failing, settled] = [newId(), newId(), newId(), newId()];
    const { scheduler, queue, attempts } = await startQueue((id, attempt) => {
      if (attempt > 1 || (id !== early && id !== failing)) return RELEASED;
      return id === early
        ? { ok: true, value: { outcome: 'not-due', remainingMs: 200 } }
        : { ok: false, error: new Error('Away.') };
    });
    for (const [index, reservationId] of [plain, early, failing].entries()) {
      // Far enough apart for each of them to get its own job.
      const expiresAt = new Date(Date.now() + 200 + index * 300);
      await scheduler.scheduleExpiry({ reservationId, expiresAt }, { repeated: false });
    }
    await scheduler.scheduleSettlement(settled);
    const poison = await queue.add('expire', null, { attempts: 10 });

    await eventually(async () => {
      expect(Object.fromEntries(attempts)).toEqual({
        [plain]: 1,
        [early]: 2,
        [failing]: 2,
        [settled]: 1,
      });
      expect(await queue.getJobCounts('completed', 'failed', 'delayed', 'active')).toEqual({
        completed: 4,
        failed: 1,
        delayed: 0,
        active: 0,
      });
    }, 20_000);
    expect(await poison.getState()).toBe('failed');

    expect(await redis.refusedTo('queue')).toEqual([]);
  });

  it('user queue can add shared jobs for hundreds of reservations', async () => {
    const { scheduler, attempts } = await startQueue(() => RELEASED);
    const expiresAt = new Date(Date.now() + 500);
    const ids = Array.from({ length: 300 }, newId);
    await Promise.all(
      ids.map((reservationId) =>
        scheduler.scheduleExpiry({ reservationId, expiresAt }, { repeated: false }),
      ),
    );

    await eventually(async () => expect(attempts.size).toBe(300), 20_000);
    expect(await redis.refusedTo('queue')).toEqual([]);
  });

  it('user queue can do everything that the dashboard offers', async () => {
    const { queue, connection } = await startQueue(() => ({ ok: false, error: new Error('No.') }));
    watchEvictionPolicy(connection, log);
    const server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      handler: createAdminApp({
        // Access control is not part of this test.
        dashboard: {
          guard: (_request, _response, next) => {
            next();
          },
          board: createDashboard(queue, { allowsActions: true }),
        },
        queueIsReachable: () => true,
        checkReadiness: async () => ({
          ready: true,
          dependencies: { reservation: 'up', catalog: 'up', redis: 'up' },
          reasons: {},
        }),
        log,
      }),
    });
    lifecycle.onStop('admin server', () => server.stop(100));
    const job = await queue.add('expire', { reservationIds: [newId()] }, { attempts: 1 });
    const later = await queue.add('expire', { reservationIds: [newId()] }, { delay: 3_600_000 });
    await eventually(async () => expect(await job.getState()).toBe('failed'), 10_000);

    const api = `http://127.0.0.1:${server.port}/admin/queues/api`;
    const ask = async (method: string, path: string): Promise<number> =>
      (await fetch(`${api}${path}`, { method })).status;
    const statuses = [
      await ask('GET', '/queues?activeQueue=expiry&status=latest&page=1&jobsPerPage=20'),
      await ask('GET', '/queues?activeQueue=expiry&status=delayed&page=1&jobsPerPage=20'),
      await ask('GET', '/redis/stats'),
      await ask('GET', '/queues/expiry/workers'),
      await ask('GET', `/queues/expiry/${job.id}`),
      await ask('GET', `/queues/expiry/${job.id}/logs`),
      await ask('PUT', `/queues/expiry/${job.id}/retry`),
      await ask('PUT', `/queues/expiry/${later.id}/promote`),
      await ask('PUT', '/queues/expiry/pause'),
      await ask('PUT', '/queues/expiry/resume'),
    ];
    expect(statuses.filter((status) => status >= 400)).toEqual([]);
    await eventually(async () => expect(await later.getState()).toBe('failed'), 10_000);
    expect(await ask('PUT', '/queues/expiry/retry/failed')).toBeLessThan(400);
    await eventually(
      async () => expect(await queue.getJobCounts('failed')).toEqual({ failed: 2 }),
      10_000,
    );
    expect(await ask('PUT', '/queues/expiry/clean/failed')).toBeLessThan(400);

    expect(await redis.refusedTo('queue')).toEqual([]);
  });

  // Finds commands that no test executes, for example those of new scripts in an updated BullMQ.
  it('user queue has every command of BullMQ’s scripts', () => {
    const folder = join(dirname(require.resolve('bullmq')), 'scripts');
    const scripts = readdirSync(folder).filter((file) => /^(?!relay|index).*\.js$/.test(file));
    const used = scripts.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\br?call\(\s*["'](\w+)["']/g)].map(
        ([, command = '']) => command.toLowerCase(),
      ),
    );
    const [, rules = ''] = /^user queue (.*?)\n\n/ms.exec(readFileSync(USERS_FILE, 'utf8')) ?? [];

    expect(scripts.length).toBeGreaterThan(30);
    expect(new Set(used).size).toBeGreaterThan(30);
    for (const command of new Set(used)) expect(rules).toMatch(new RegExp(`\\+${command}(\\s|$)`));
  });
});

describe('the gateway', () => {
  it('user limits can count logins and registrations and store familiar addresses', async () => {
    const connection = connectCounterRedis(redis.urlOf('limits'), log);
    lifecycle.onStop('connection', () => {
      connection.disconnect();
    });
    await eventually(async () => expect(connection.status).toBe('ready'), 5_000);
    const gateway = await startTestGateway({
      auth: createTestAuth().auth,
      limits: { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '3' },
      counterStore: { redis: connection, prefix: redis.prefix },
    });
    lifecycle.onStop('gateway', gateway.stop);

    const statuses = [
      (await logIn(gateway.port, { password: GOOD_PASSWORD })).status,
      ...(await statusesOf(4, () => logIn(gateway.port))),
      (await logIn(gateway.port, { email: 'bob@example.test', password: GOOD_PASSWORD })).status,
    ];

    expect(statuses).toEqual([200, 401, 401, 401, 429, 200]);
    // Without permissions it would count in memory and return the same responses.
    const keys = await redis.operator.keys('*');
    expect(keys.length).toBeGreaterThanOrEqual(4);
    for (const key of keys) expect(key).toMatch(new RegExp(`^${redis.prefix}:limit:`));
    expect(await redis.refusedTo('limits')).toEqual([]);
  });
});

describe('forbidden operations', () => {
  /** DEBUG is disabled unless Redis is configured otherwise. */
  const REFUSED = /NOPERM|DEBUG command not allowed/;
  const DANGEROUS = [
    'FLUSHALL',
    'FLUSHDB',
    'CONFIG GET *',
    'CONFIG SET requirepass x',
    'KEYS *',
    'SCAN 0',
    'ACL LIST',
    'ACL SETUSER evil on nopass ~* +@all',
    'CLIENT KILL TYPE normal',
    'DEBUG SLEEP 0',
    'SHUTDOWN NOSAVE',
    'SAVE',
    'BGREWRITEAOF',
    'REPLICAOF 127.0.0.1 1',
    'MODULE LIST',
    'SCRIPT FLUSH',
    'FUNCTION LIST',
    'MONITOR',
    'SUBSCRIBE news',
    'PUBLISH news x',
    'SWAPDB 0 1',
    'SLOWLOG GET',
    'DBSIZE',
  ];
  const keysOf = (user: RedisUser, prefix: string): readonly string[] =>
    user === 'queue'
      ? [
          `${prefix}:limit:login:x`,
          `${prefix}:expirys:id`,
          `${prefix}:other`,
          'other:expiry:id',
          'x',
        ]
      : [`${prefix}:expiry:id`, `${prefix}:limits`, `${prefix}:other`, 'other:limit:x', 'x'];

  const connect = (user: RedisUser): Redis => {
    const connection = new Redis(redis.urlOf(user), { disableClientInfo: true });
    lifecycle.onStop('connection', () => {
      connection.disconnect();
    });
    return connection;
  };
  const call = (connection: Redis, line: string): Promise<unknown> => {
    const [command = '', ...args] = line.split(' ');
    return connection.call(command, ...args);
  };

  it.each<RedisUser>(['queue', 'limits'])(
    'user %s cannot run dangerous commands or access foreign keys',
    async (user) => {
      const connection = connect(user);
      for (const line of DANGEROUS) await expect(call(connection, line)).rejects.toThrow(REFUSED);
      for (const key of keysOf(user, redis.prefix)) {
        await redis.operator.set(key, 'kept');
        for (const line of [`GET ${key}`, `SET ${key} changed`, `DEL ${key}`]) {
          await expect(call(connection, line)).rejects.toThrow(REFUSED);
        }
        const script = `return redis.call('del', '${key}')`;
        await expect(connection.call('EVAL', script, '0')).rejects.toThrow(/NOPERM|can't access/);
        expect(await redis.operator.get(key)).toBe('kept');
      }
    },
  );

  it('the user of the health check can only send PING', async () => {
    const connection = new Redis(`redis://health:none@127.0.0.1:${redis.port}`, {
      enableReadyCheck: false,
      disableClientInfo: true,
    });
    lifecycle.onStop('connection', () => {
      connection.disconnect();
    });
    expect(await connection.ping()).toBe('PONG');
    for (const line of ['INFO', 'GET x', 'CLIENT LIST', ...DANGEROUS]) {
      await expect(call(connection, line)).rejects.toThrow(REFUSED);
    }
  });

  it.each([
    ['without a user name', []],
    ['as the default user', ['AUTH default none', 'HELLO 3 AUTH default none']],
    ['with a wrong password', ['AUTH queue none', 'AUTH none']],
  ])('unauthenticated clients (%s) can do nothing', async (_name, introduction) => {
    const lines = [...introduction, 'PING', 'INFO', 'GET x', 'FLUSHALL', 'QUIT'];
    const socket = connectTcp(redis.port, '127.0.0.1');
    socket.end(`${lines.join('\r\n')}\r\n`);
    const answers = (await text(socket)).trimEnd().split('\r\n');

    expect(answers.at(-1)).toBe('+OK');
    expect(answers).toHaveLength(lines.length);
    for (const answer of answers.slice(0, -1)) expect(answer).toMatch(/^-(NOAUTH|WRONGPASS) /);
  });
});
