export {
  type ClockGuard,
  type ClockReading,
  createClockGuard,
} from './clock-guard/clock-guard';
export { createClockMetrics } from './clock-guard/clock-metrics';
export { migrateMain } from './migrations/migrate-main';
export { type Migration, MigrationError } from './migrations/migration';
export { createMigrationLock } from './migrations/migration-lock';
export { runMigrations } from './migrations/run-migrations';
export {
  createCollections,
  createIndexes,
  dropIndex,
  setValidator,
} from './migrations/schema-steps';
export { connectMongo, type MongoOptions } from './mongo/connect-mongo';
export { driverCollection } from './mongo/driver-collection';
export {
  attemptTransaction,
  backOff,
  inTransaction,
  isTransactionConflict,
} from './mongo/in-transaction';
export { createMongoMetrics, type MongoMetrics } from './mongo/mongo-metrics';
export { mongoUri } from './mongo/mongo-uri';
export { openStore, type StoreConfig } from './mongo/open-store';
export { repeatOnOutage } from './mongo/repeat-on-outage';
export { isDuplicateKey, translateStoreError } from './mongo/translate-store-error';
export { limitStoreCalls, withinTime } from './mongo/within-time';
export { writesInTransaction } from './mongo/writes-in-transaction';
export {
  createRetention,
  type RetentionBatch,
  type RetentionSteps,
} from './retention/create-retention';
export {
  type RetentionConfig,
  retentionFields,
  retentionTogether,
} from './retention/retention-fields';
export { createRetentionMetrics, type RetentionMetrics } from './retention/retention-metrics';
export { startRetention } from './retention/start-retention';
export { type ServingConfig, serveFromStore } from './serve-from-store';
