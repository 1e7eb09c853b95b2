import {
  ConfigError,
  createFailureLog,
  describeCauses,
  type Logger,
  noTracing,
  type Tracing,
} from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import type { MongoMetrics } from './mongo-metrics';
import { mongoUri } from './mongo-uri';
import { traceCommands } from './trace-commands';

export interface MongoOptions {
  readonly uri: string;
  readonly dbName: string;
  readonly log: Logger;
  readonly tracing?: Tracing;
  readonly metrics?: Pick<MongoMetrics, 'watchPool'>;
  /** How long to retry the first connection; stores and services may start together. */
  readonly startTimeoutMs?: number;
}

const RETRY_MS = 500;

/**
 * Opens a connection with majority, journaled writes and reads that cannot be rolled back. Commands
 * fail fast while the store is down instead of being queued.
 *
 * @throws ConfigError immediately for a URI that cannot be parsed; the last connection error after
 *   `startTimeoutMs`
 */
export const connectMongo = async (options: MongoOptions): Promise<Connection> => {
  const { uri, dbName, log, tracing = noTracing, startTimeoutMs = 60_000 } = options;
  const readable = mongoUri.safeParse(uri);
  if (!readable.success) {
    throw new ConfigError(`MONGO_URI ${readable.error.issues[0]?.message ?? 'cannot be read'}.`);
  }
  const monitorCommands = tracing.tracer !== undefined;
  const logFailure = createFailureLog();
  const giveUpAt = Date.now() + startTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const connection = createConnection(uri, {
      dbName,
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      serverSelectionTimeoutMS: 2_000,
      // Counts from the start of an attempt, so it also limits the DNS lookup, which has no limit
      // of its own.
      connectTimeoutMS: 2_000,
      socketTimeoutMS: 15_000,
      waitQueueTimeoutMS: 8_000,
      maxPoolSize: 32,
      retryWrites: true,
      retryReads: true,
      // Stock is never decided from a lagging secondary, even if the URI allows it.
      readPreference: 'primary',
      readConcernLevel: 'majority',
      writeConcern: { w: 'majority', journal: true },
      monitorCommands,
    });
    // Mongoose also reports later connection errors here; the driver reconnects by itself.
    connection.on('error', (error: unknown) => {
      logFailure({
        log,
        level: 'warn',
        key: 'connection',
        fields: { causes: describeCauses(error) },
        message: 'The connection to MongoDB reported an error.',
      });
    });
    try {
      await connection.asPromise();
      if (monitorCommands) traceCommands(connection.getClient());
      options.metrics?.watchPool(connection.getClient());
      return connection;
    } catch (error) {
      await connection.destroy();
      if (Date.now() + RETRY_MS > giveUpAt) throw error;
      logFailure({
        log,
        level: 'warn',
        key: 'start',
        fields: { attempt, causes: describeCauses(error) },
        message: 'MongoDB does not answer yet; trying again.',
      });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
};
