import { MongooseError, mongo } from 'mongoose';
import { type DomainError, unavailable } from '../errors';

const OUTAGE_NAMES: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoPoolClearedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
]);
const OUTAGE_LABELS = [
  'RetryableWriteError',
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
];

/**
 * Recognises that the store is away or did not answer. A write may or may not have been applied; the caller
 * repeats it with the same id. Anything else is left alone, as a bug.
 */
export const translateStoreError = (error: unknown): DomainError | undefined => {
  const isOutage =
    (error instanceof mongo.MongoError &&
      (OUTAGE_NAMES.has(error.name) ||
        OUTAGE_LABELS.some((label) => error.hasErrorLabel(label)))) ||
    (error instanceof MongooseError && OUTAGE_NAMES.has(error.name)) ||
    (error instanceof MongooseError && /initial connection|disconnected/i.test(error.message));
  return isOutage
    ? unavailable('STORE_UNAVAILABLE', 'The store does not answer. Try again shortly.', {
        cause: error,
      })
    : undefined;
};

const DUPLICATE_KEY = 11_000;

/** True when a unique index refused the write. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.code === DUPLICATE_KEY;
