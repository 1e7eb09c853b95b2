import type { Metrics } from '@flashreserve/ops';
import type { mongo } from 'mongoose';
import { Counter, Gauge, Histogram } from 'prom-client';

/** The driver measures in whole milliseconds. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8];

/** Metrics of a component's MongoDB client. */
export interface MongoMetrics {
  /** Starts to observe a client's pool. */
  readonly watchPool: (client: Pick<mongo.MongoClient, 'on'>) => void;
  /** Whether the store answers. */
  readonly reportStore: (answers: boolean) => void;
}

/** Connections by server and id: ids start at 1 again when a server's pool is recreated. */
const createPool = () => {
  const known = new Map<string, { readonly address: string; readonly inUse: boolean }>();
  return {
    set: (address: string, id: string | number, inUse: boolean): void => {
      known.set(`${address} ${id}`, { address, inUse });
    },
    remove: (address: string, id: string | number): void => {
      known.delete(`${address} ${id}`);
    },
    removeAll: (address: string): void => {
      for (const [key, connection] of known) if (connection.address === address) known.delete(key);
    },
    count: () => {
      let inUse = 0;
      for (const connection of known.values()) if (connection.inUse) inUse += 1;
      return { inUse, idle: known.size - inUse };
    },
  };
};

type Pool = ReturnType<typeof createPool>;

const createInstruments = (metrics: Metrics, pool: Pool) => {
  const registers = [metrics];
  return {
    up: new Gauge({
      name: 'flashreserve_mongo_up',
      help: 'Whether the primary of MongoDB answers this component: 1 or 0.',
      registers,
    }),
    waits: new Histogram({
      name: 'flashreserve_mongo_pool_wait_seconds',
      help: 'Time that operations waited for a connection from the pool.',
      buckets: SECONDS,
      registers,
    }),
    connections: new Gauge({
      name: 'flashreserve_mongo_pool_connections',
      help: 'Connections of the pool, by state: in_use or idle.',
      labelNames: ['state'] as const,
      registers,
      // Computed on scrape, so that operations do not pay for it.
      collect() {
        const { inUse, idle } = pool.count();
        this.set({ state: 'in_use' }, inUse);
        this.set({ state: 'idle' }, idle);
      },
    }),
    failures: new Counter({
      name: 'flashreserve_mongo_pool_wait_failures_total',
      help: 'Operations that got no connection from the pool, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    clears: new Counter({
      name: 'flashreserve_mongo_pool_clears_total',
      help: 'Times that the pool was cleared because the server was lost.',
      registers,
    }),
  };
};

export const createMongoMetrics = (metrics: Metrics): MongoMetrics => {
  const pool = createPool();
  const { up, waits, failures, clears } = createInstruments(metrics, pool);
  for (const reason of ['timeout', 'connectionError', 'poolClosed']) failures.inc({ reason }, 0);
  return {
    watchPool: (client) => {
      client.on('connectionCreated', ({ address, connectionId }) => {
        pool.set(address, connectionId, false);
      });
      client.on('connectionCheckedOut', ({ address, connectionId, durationMS }) => {
        pool.set(address, connectionId, true);
        waits.observe(durationMS / 1_000);
      });
      client.on('connectionCheckedIn', ({ address, connectionId }) => {
        pool.set(address, connectionId, false);
      });
      client.on('connectionClosed', ({ address, connectionId }) => {
        pool.remove(address, connectionId);
      });
      client.on('connectionPoolClosed', ({ address }) => {
        pool.removeAll(address);
      });
      client.on('connectionCheckOutFailed', ({ reason }) => {
        failures.inc({ reason });
      });
      client.on('connectionPoolCleared', () => {
        clears.inc();
      });
    },
    reportStore: (answers) => {
      up.set(answers ? 1 : 0);
    },
  };
};
