import { type DomainError, deadlineExceeded, unavailable } from '@flashreserve/rpc';
import { MongooseError, mongo } from 'mongoose';
import { classifyDriverError, FAILURE_BY_CODE, type StoreFailure } from './store-failures';

/** The driver lets these through as they are when a socket ends while a command is being written to it. */
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

/** Errors of mongoose itself that say that there is no connection. Of the second kind it has no class. */
const isMongooseOutage = (error: unknown): boolean =>
  error instanceof MongooseError &&
  (error.name === 'MongooseServerSelectionError' ||
    /initial connection|disconnected/i.test(error.message));

/** The codes of single writes of a batch. */
const codesOf = (error: InstanceType<typeof mongo.MongoBulkWriteError>): readonly unknown[] => [
  error.code,
  ...[error.writeErrors ?? []].flat().map(({ code }) => code),
];

/**
 * A batch of writes. The driver wraps whatever stopped it in an error of its own kind; and single writes fail for
 * reasons of their own, of which a bug is said before an outage.
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
 * Recognises that the store is away, changes its primary, or did not answer in time. A write may or may not have been
 * applied; the caller repeats it with the same id. Anything else is left alone, as a bug.
 */
export const translateStoreError = (thrown: unknown): DomainError | undefined => {
  switch (classify(thrown)) {
    case 'outage':
      return unavailable('STORE_UNAVAILABLE', 'The store does not answer. Try again shortly.', {
        cause: thrown,
      });
    case 'deadline':
      return deadlineExceeded(thrown);
    case 'bug':
      return undefined;
  }
};

const DUPLICATE_KEY = 11_000;

/** True when a unique index refused the write. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.code === DUPLICATE_KEY;
