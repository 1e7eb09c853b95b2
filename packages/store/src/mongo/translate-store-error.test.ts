import { createRequire } from 'node:module';
import { Error as MongooseErrors, mongo } from 'mongoose';
import {
  FAILURE_BY_CLASS,
  FAILURE_BY_CODE,
  FAILURE_BY_LABEL,
  type StoreFailure,
} from './store-failures';
import { translateStoreError } from './translate-store-error';

const requireDriver = createRequire(require.resolve('mongoose'));
/**
 * Driver internals, read so that a driver update with new error classes or codes fails this test.
 */
const errors = requireDriver('mongodb/lib/error.js') as {
  readonly MONGODB_ERROR_CODES: Readonly<Record<string, number>>;
  readonly MongoErrorLabel: Readonly<Record<string, string>>;
  readonly isRetryableReadError: (error: Error) => boolean;
  readonly isStateChangeError: (error: Error) => boolean;
};
const poolErrors: unknown = requireDriver('mongodb/lib/cmap/errors.js');

type ErrorClass = { readonly prototype: Error };

const isErrorClass = (value: unknown): value is ErrorClass =>
  typeof value === 'function' &&
  (value === mongo.MongoError || value.prototype instanceof mongo.MongoError);

const DRIVER_CLASSES: ReadonlyMap<string, ErrorClass> = new Map(
  [mongo, errors, poolErrors]
    .flatMap((module) => Object.values(module as object))
    .filter(isErrorClass)
    .map((found) => [found.prototype.name, found]),
);

/** An error of the class, without calling its constructor. */
const madeOf = (ErrorOfKind: ErrorClass): Error =>
  Object.assign(Object.create(ErrorOfKind.prototype), {
    message: 'Made for a test.',
    errorLabelSet: new Set<string>(),
  });

const serverError = (code: number, errorLabels: readonly string[] = []): mongo.MongoServerError =>
  new mongo.MongoServerError({ message: 'Made for a test.', code, errorLabels: [...errorLabels] });

/** The driver's error for a bulk write that this error stopped. */
const inBatch = (error: Error): Error =>
  Object.assign(madeOf(mongo.MongoBulkWriteError), {
    ...error,
    errorResponse: error,
    writeErrors: [],
  });

/** The driver's error for a bulk write whose single operations failed with these codes. */
const refusedInBatch = (...codes: readonly number[]): Error =>
  Object.assign(madeOf(mongo.MongoBulkWriteError), {
    code: codes[0],
    errorResponse: { code: codes[0] },
    writeErrors: codes.map((code, index) => ({ code, index })),
  });

const REASONS = {
  outage: 'STORE_UNAVAILABLE',
  deadline: 'DEADLINE_EXCEEDED',
  bug: undefined,
} as const satisfies Record<StoreFailure, string | undefined>;

const reasonOf = (thrown: unknown): string | undefined => translateStoreError(thrown)?.reason;

describe('store failure table', () => {
  it('the table covers every error class of the driver, and no other', () => {
    expect(Object.keys(FAILURE_BY_CLASS).sort()).toEqual([...DRIVER_CLASSES.keys()].sort());
  });

  it('the table covers every server code that the driver knows', () => {
    const missing = Object.entries(errors.MONGODB_ERROR_CODES).filter(
      ([, code]) => !FAILURE_BY_CODE.has(code),
    );
    expect(missing).toEqual([]);
  });

  it('the table covers every error label that the driver knows', () => {
    expect(Object.keys(FAILURE_BY_LABEL).sort()).toEqual(
      Object.values(errors.MongoErrorLabel).sort(),
    );
  });

  it('every error that the driver retries or rediscovers the primary after counts as an outage', () => {
    const wrong = [...FAILURE_BY_CODE].filter(([code, failure]) => {
      const error = serverError(code);
      return (
        failure !== 'outage' &&
        (errors.isRetryableReadError(error) || errors.isStateChangeError(error))
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('translateStoreError', () => {
  it.each([...DRIVER_CLASSES])(
    '%s translates as the table says, alone and in a bulk write',
    (name, found) => {
      const expected = REASONS[FAILURE_BY_CLASS[name] ?? 'bug'];
      const error = madeOf(found);
      expect(reasonOf(error)).toBe(expected);
      expect(reasonOf(inBatch(error))).toBe(expected);
    },
  );

  it.each([...FAILURE_BY_CODE])('server code %i translates to %s', (code, failure) => {
    expect(reasonOf(serverError(code))).toBe(REASONS[failure]);
    expect(reasonOf(inBatch(serverError(code)))).toBe(REASONS[failure]);
    expect(reasonOf(refusedInBatch(code))).toBe(REASONS[failure]);
  });

  it.each(Object.entries(FAILURE_BY_LABEL))('error label %s translates to %s', (label, failure) => {
    const expected = failure === 'unsaid' ? undefined : REASONS[failure];
    expect(reasonOf(serverError(2, [label]))).toBe(expected);
  });

  it('a write concern failure counts as an outage, whatever its code', () => {
    const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
    expect(reasonOf(new mongo.MongoWriteConcernError({ ok: 1, writeConcernError }))).toBe(
      'STORE_UNAVAILABLE',
    );
  });

  it('the translated error keeps the original as its cause', () => {
    const thrown = inBatch(new mongo.MongoNetworkError('connection closed'));
    expect(translateStoreError(thrown)).toMatchObject({ kind: 'unavailable', cause: thrown });
    expect(translateStoreError(serverError(50))).toMatchObject({ kind: 'deadline' });
  });

  it('a bulk write with one operation that failed with a bug is a bug', () => {
    expect(reasonOf(refusedInBatch(11_602, 2))).toBeUndefined();
    expect(reasonOf(refusedInBatch(2, 11_602))).toBeUndefined();
    expect(reasonOf(refusedInBatch(11_602, 91))).toBe('STORE_UNAVAILABLE');
  });

  it.each(['ECONNRESET', 'EPIPE', 'ERR_STREAM_WRITE_AFTER_END'])(
    'a socket that ended while a command was written is an outage (%s)',
    (code) => {
      expect(reasonOf(Object.assign(new Error('write failed'), { code }))).toBe(
        'STORE_UNAVAILABLE',
      );
    },
  );

  it('the errors Mongoose raises without a connection are outages; its other errors are not', () => {
    expect(reasonOf(new MongooseErrors.MongooseServerSelectionError('no server'))).toBe(
      'STORE_UNAVAILABLE',
    );
    expect(
      reasonOf(new MongooseErrors('Cannot call `x.find()` before initial connection is complete')),
    ).toBe('STORE_UNAVAILABLE');
    expect(reasonOf(new MongooseErrors.DocumentNotFoundError('x'))).toBeUndefined();
  });

  it('any other error is left untranslated, as a bug', () => {
    expect(reasonOf(serverError(2))).toBeUndefined();
    expect(reasonOf(new TypeError('oops'))).toBeUndefined();
    expect(reasonOf('oops')).toBeUndefined();
  });
});
