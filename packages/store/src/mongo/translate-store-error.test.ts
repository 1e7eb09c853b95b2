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
/** What the driver keeps to itself; read here so that a new version that brings more is noticed. */
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

/** An error of this class, whatever its constructor wants. */
const madeOf = (ErrorOfKind: ErrorClass): Error =>
  Object.assign(Object.create(ErrorOfKind.prototype), {
    message: 'Made for a test.',
    errorLabelSet: new Set<string>(),
  });

const serverError = (code: number, errorLabels: readonly string[] = []): mongo.MongoServerError =>
  new mongo.MongoServerError({ message: 'Made for a test.', code, errorLabels: [...errorLabels] });

/** What the driver throws when a batch of writes meets this error. */
const inBatch = (error: Error): Error =>
  Object.assign(madeOf(mongo.MongoBulkWriteError), {
    ...error,
    errorResponse: error,
    writeErrors: [],
  });

/** What the driver throws when single writes of a batch are refused with these codes. */
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

describe('the table of store failures', () => {
  it('has every error class of the driver, and no other', () => {
    expect(Object.keys(FAILURE_BY_CLASS).sort()).toEqual([...DRIVER_CLASSES.keys()].sort());
  });

  it('has every server code that the driver knows', () => {
    const missing = Object.entries(errors.MONGODB_ERROR_CODES).filter(
      ([, code]) => !FAILURE_BY_CODE.has(code),
    );
    expect(missing).toEqual([]);
  });

  it('has every label that the driver knows', () => {
    expect(Object.keys(FAILURE_BY_LABEL).sort()).toEqual(
      Object.values(errors.MongoErrorLabel).sort(),
    );
  });

  it('takes for an outage whatever the driver would try again or would look for another primary after', () => {
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
    'answers a %s as the table says, alone and in a batch',
    (name, found) => {
      const expected = REASONS[FAILURE_BY_CLASS[name] ?? 'bug'];
      const error = madeOf(found);
      expect(reasonOf(error)).toBe(expected);
      expect(reasonOf(inBatch(error))).toBe(expected);
    },
  );

  it.each([...FAILURE_BY_CODE])('answers the server code %i as %s', (code, failure) => {
    expect(reasonOf(serverError(code))).toBe(REASONS[failure]);
    expect(reasonOf(inBatch(serverError(code)))).toBe(REASONS[failure]);
    expect(reasonOf(refusedInBatch(code))).toBe(REASONS[failure]);
  });

  it.each(Object.entries(FAILURE_BY_LABEL))('answers the label %s as %s', (label, failure) => {
    const expected = failure === 'unsaid' ? undefined : REASONS[failure];
    expect(reasonOf(serverError(2, [label]))).toBe(expected);
  });

  it('takes a write that no majority confirmed for an outage, whatever its code', () => {
    const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
    expect(reasonOf(new mongo.MongoWriteConcernError({ ok: 1, writeConcernError }))).toBe(
      'STORE_UNAVAILABLE',
    );
  });

  it('keeps what was thrown as the cause', () => {
    const thrown = inBatch(new mongo.MongoNetworkError('connection closed'));
    expect(translateStoreError(thrown)).toMatchObject({ kind: 'unavailable', cause: thrown });
    expect(translateStoreError(serverError(50))).toMatchObject({ kind: 'deadline' });
  });

  it('takes a batch with one refusal that is a bug for a bug', () => {
    expect(reasonOf(refusedInBatch(11_602, 2))).toBeUndefined();
    expect(reasonOf(refusedInBatch(2, 11_602))).toBeUndefined();
    expect(reasonOf(refusedInBatch(11_602, 91))).toBe('STORE_UNAVAILABLE');
  });

  it.each(['ECONNRESET', 'EPIPE', 'ERR_STREAM_WRITE_AFTER_END'])(
    'recognises a socket that ended under a command (%s)',
    (code) => {
      expect(reasonOf(Object.assign(new Error('write failed'), { code }))).toBe(
        'STORE_UNAVAILABLE',
      );
    },
  );

  it('recognises what mongoose says without a connection, and no other error of it', () => {
    expect(reasonOf(new MongooseErrors.MongooseServerSelectionError('no server'))).toBe(
      'STORE_UNAVAILABLE',
    );
    expect(
      reasonOf(new MongooseErrors('Cannot call `x.find()` before initial connection is complete')),
    ).toBe('STORE_UNAVAILABLE');
    expect(reasonOf(new MongooseErrors.DocumentNotFoundError('x'))).toBeUndefined();
  });

  it('leaves everything else alone, as a bug', () => {
    expect(reasonOf(serverError(2))).toBeUndefined();
    expect(reasonOf(new TypeError('oops'))).toBeUndefined();
    expect(reasonOf('oops')).toBeUndefined();
  });
});
