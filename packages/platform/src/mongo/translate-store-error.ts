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
  'MongoPoolClosedError',
  // Of this one the driver leaves the prefix out.
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
]);
const OUTAGE_LABELS = [
  'RetryableWriteError',
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
];

/** The driver lets these through as they are when a socket ends while a command is being written to it. */
const BROKEN_SOCKET_CODES: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

const isBrokenSocket = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  BROKEN_SOCKET_CODES.has(error.code);

/** What really went wrong with a bulk write: the driver wraps outages, too, in an error of its own kind. */
const unwrap = (error: unknown): unknown =>
  error instanceof mongo.MongoBulkWriteError && (error.errorResponse as unknown) instanceof Error
    ? error.errorResponse
    : error;

/**
 * Recognises that the store is away or did not answer. A write may or may not have been applied; the caller
 * repeats it with the same id. Anything else is left alone, as a bug.
 */
export const translateStoreError = (thrown: unknown): DomainError | undefined => {
  const error = unwrap(thrown);
  const isOutage =
    isBrokenSocket(error) ||
    (error instanceof mongo.MongoError &&
      (OUTAGE_NAMES.has(error.name) ||
        OUTAGE_LABELS.some((label) => error.hasErrorLabel(label)))) ||
    (error instanceof MongooseError && OUTAGE_NAMES.has(error.name)) ||
    (error instanceof MongooseError && /initial connection|disconnected/i.test(error.message));
  return isOutage
    ? unavailable('STORE_UNAVAILABLE', 'The store does not answer. Try again shortly.', {
        cause: thrown,
      })
    : undefined;
};

const DUPLICATE_KEY = 11_000;

/** True when a unique index refused the write. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.code === DUPLICATE_KEY;
