export { connectMongo, type MongoOptions } from './connect-mongo';
export { driverCollection } from './driver-collection';
export {
  attemptTransaction,
  backOff,
  inTransaction,
  isTransactionConflict,
} from './in-transaction';
export { mongoUri } from './mongo-uri';
export { prepareCollections } from './prepare-collections';
export { repeatOnOutage } from './repeat-on-outage';
export { isDuplicateKey, translateStoreError } from './translate-store-error';
export { type StoreWatchOptions, watchStore } from './watch-store';
export { limitStoreCalls, withinTime } from './within-time';
