/** Mongoose, as services use it, on the local store: unique index, pipeline update, transaction. */
import mongoose from 'mongoose';
import { environment, START_DEADLINE_MS } from './testing/environment';
import { type MongoFixture, openMongoFixture } from './testing/mongo-fixture';

const schema = new mongoose.Schema(
  { sku: { type: String, required: true, unique: true }, units: Number, label: String },
  { autoIndex: false },
);

let fixture: MongoFixture;
let connection: mongoose.Connection;

beforeAll(async () => {
  fixture = await openMongoFixture(environment);
  connection = await mongoose
    .createConnection(fixture.store.uri, { dbName: fixture.db.databaseName })
    .asPromise();
  await connection.model('Product', schema).createIndexes();
}, START_DEADLINE_MS);

afterAll(async () => {
  await connection.close();
  await fixture.close();
});

const products = () => connection.model('Product', schema);

test('a unique index refuses a duplicate with code 11000 and its key', async () => {
  await products().create({ sku: 'a', units: 1 });
  await expect(products().create({ sku: 'a', units: 2 })).rejects.toMatchObject({
    code: 11000,
    keyPattern: { sku: 1 },
    keyValue: { sku: 'a' },
  });
});

test('indexes are as the schema says', async () => {
  expect(await products().diffIndexes()).toEqual({ toCreate: [], toDrop: [] });
});

test('a pipeline update computes from the document', async () => {
  await products().create({ sku: 'pipeline', units: 3 });
  const result = await products()
    .updateOne({ sku: 'pipeline' }, [{ $set: { label: { $concat: ['sku-', '$sku'] } } }], {
      updatePipeline: true,
    })
    .exec();
  expect(result.modifiedCount).toBe(1);
  expect((await products().findOne({ sku: 'pipeline' }).exec())?.label).toBe('sku-pipeline');
});

test('a transaction is all or nothing', async () => {
  await products().create({ sku: 'transaction', units: 5 });
  const take = (fail: boolean) =>
    connection.transaction(async (session) => {
      await products()
        .updateOne({ sku: 'transaction' }, { $inc: { units: -1 } }, { session })
        .exec();
      if (fail) {
        throw new Error('changed my mind');
      }
    });
  await take(false);
  await expect(take(true)).rejects.toThrow('changed my mind');
  expect((await products().findOne({ sku: 'transaction' }).exec())?.units).toBe(4);
});
