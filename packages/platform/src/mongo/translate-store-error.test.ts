import { mongo } from 'mongoose';
import { translateStoreError } from './translate-store-error';

/** What the driver throws when a bulk write meets this error. */
const inBulkWrite = (error: Error): unknown =>
  Object.assign(Object.create(mongo.MongoBulkWriteError.prototype), { errorResponse: error });

describe('translateStoreError', () => {
  it('recognises an outage, also inside of a bulk write', () => {
    const outage = new mongo.MongoNetworkError('connection closed');
    for (const thrown of [outage, inBulkWrite(outage)]) {
      expect(translateStoreError(thrown)).toMatchObject({
        kind: 'unavailable',
        reason: 'STORE_UNAVAILABLE',
        cause: thrown,
      });
    }
  });

  it.each(['MongoPoolClosedError', 'PoolClearedOnNetworkError', 'MongoServerSelectionError'])(
    'recognises an outage that a pool or the selection of a server reports (%s)',
    (name) => {
      const outage = Object.defineProperty(new mongo.MongoDriverError('gone'), 'name', {
        value: name,
      });
      expect(translateStoreError(outage)).toMatchObject({ reason: 'STORE_UNAVAILABLE' });
    },
  );

  it('leaves everything else alone, as a bug', () => {
    const refusal = new mongo.MongoServerError({ message: 'bad query', code: 2 });
    expect(translateStoreError(refusal)).toBeUndefined();
    expect(translateStoreError(new TypeError('oops'))).toBeUndefined();
  });
});
