import { mongo } from 'mongoose';
import { dropIndex, setValidator } from './schema-steps';

const failing = (code: number): mongo.Db => {
  const fail = () => Promise.reject(new mongo.MongoServerError({ message: 'refused', code }));
  const db = {
    databaseName: 'shop_catalog',
    command: fail,
    collection: () => ({ dropIndex: fail }),
  };
  return db as unknown as mongo.Db;
};

describe('a step of a migration', () => {
  it('says which right the database user lacks for validators', async () => {
    await expect(setValidator(failing(13), 'products', {})).rejects.toThrow(
      /may not run collMod on shop_catalog.*docs\/data\.md/,
    );
  });

  it('passes any other failure of a validator on', async () => {
    await expect(setValidator(failing(112), 'products', {})).rejects.toMatchObject({ code: 112 });
  });

  it('may drop an index, or a collection with it, that is gone already', async () => {
    await dropIndex(failing(27), 'users', 'role_1');
    await dropIndex(failing(26), 'users', 'role_1');
    await expect(dropIndex(failing(13), 'users', 'role_1')).rejects.toMatchObject({ code: 13 });
  });
});
