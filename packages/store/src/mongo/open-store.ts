import type { ComponentBase } from '@flashreserve/ops';
import type { Connection } from 'mongoose';
import { checkTransactionLifetime } from './check-transaction-lifetime';
import { connectMongo } from './connect-mongo';
import type { MongoMetrics } from './mongo-metrics';

export interface StoreConfig {
  readonly MONGO_URI: string;
  readonly MONGO_DB_PREFIX: string;
}

/**
 * Connects a component to its own database, `<MONGO_DB_PREFIX>_<name>`, and closes the connection
 * when the component stops. Waits until the store answers.
 */
export const openStore = async (
  { name, config, log, tracing, lifecycle }: ComponentBase<StoreConfig>,
  metrics: MongoMetrics,
): Promise<Connection> => {
  const connection = await connectMongo({
    uri: config.MONGO_URI,
    dbName: `${config.MONGO_DB_PREFIX}_${name}`,
    log,
    tracing,
    metrics,
  });
  lifecycle.onStop('store', () => connection.close());
  await checkTransactionLifetime(connection, log);
  return connection;
};
