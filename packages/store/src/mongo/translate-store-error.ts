import { type DomainError, deadlineExceeded, storeUnavailable } from '@flashreserve/rpc';
import { MongooseError, mongo } from 'mongoose';
import { classifyDriverError, FAILURE_BY_CODE, type StoreFailure } from './store-failures';

/** The driver passes these through unchanged if a socket ends while a command is being written. */
const BROKEN_SOCKET_CODES: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
]);

const isBrokenSocket = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  BROKEN_SOCKET_CODES.has(error.code);

/** Mongoose's own errors for a missing connection. Mongoose has no class for the second kind. */
const isMongooseOutage = (error: unknown): boolean =>
  error instanceof MongooseError &&
  (error.name === 'MongooseServerSelectionError' ||
    /initial connection|disconnected/i.test(error.message));

/** The error codes of a bulk write's single operations. */
const codesOf = (error: InstanceType<typeof mongo.MongoBulkWriteError>): readonly unknown[] => [
  error.code,
  ...[error.writeErrors ?? []].flat().map(({ code }) => code),
];

/**
 * Classifies a bulk write error. The driver wraps the error that stopped the batch; single
 * operations also fail for their own reasons, and a bug among them takes precedence over an outage.
 */
const classifyBatch = (error: InstanceType<typeof mongo.MongoBulkWriteError>): StoreFailure => {
  const stoppedBy: unknown = error.errorResponse;
  if (stoppedBy instanceof Error) return classify(stoppedBy);
  const failures = codesOf(error).flatMap((code) =>
    typeof code === 'number' ? [FAILURE_BY_CODE.get(code) ?? 'bug'] : [],
  );
  if (failures.includes('bug')) return 'bug';
  return failures[0] ?? classifyDriverError(error);
};

const classify = (error: unknown): StoreFailure => {
  if (error instanceof mongo.MongoBulkWriteError) return classifyBatch(error);
  if (error instanceof mongo.MongoError) {
    const failure = classifyDriverError(error);
    if (failure !== 'bug') return failure;
  }
  return isBrokenSocket(error) || isMongooseOutage(error) ? 'outage' : 'bug';
};

/**
 * Recognises that the store is down, changes its primary or did not answer in time. A write may or
 * may not have been applied; the caller retries it with the same id. Returns undefined for any
 * other error, which is a bug.
 */
export const translateStoreError = (thrown: unknown): DomainError | undefined => {
  switch (classify(thrown)) {
    case 'outage':
      return storeUnavailable(thrown);
    case 'deadline':
      return deadlineExceeded(thrown);
    case 'bug':
      return undefined;
  }
};

const DUPLICATE_KEY = 11_000;

/** Whether a unique index rejected the write. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.code === DUPLICATE_KEY;
