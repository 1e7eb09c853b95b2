import { createIndexes, dropIndex, type Migration } from '@flashreserve/store';

/** Only administrators are looked up by role, so customers need no entry in that index. */
export const adminsIndex: Migration = {
  number: 2,
  name: 'admins-index',
  up: async (db) => {
    await createIndexes(db, 'users', [
      { name: 'admins', key: { role: 1 }, partialFilterExpression: { role: 'ADMIN' } },
    ]);
    await dropIndex(db, 'users', 'role_1');
  },
};
