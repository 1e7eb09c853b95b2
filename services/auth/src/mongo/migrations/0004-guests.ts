import { createIndexes, dropIndex, type Migration } from '@flashreserve/store';

/**
 * Guests have no e-mail address, so the unique index leaves them out. The store deletes guests that
 * have not registered by `guestUntil`. The version before works with both indexes.
 */
export const guests: Migration = {
  number: 4,
  name: 'guests',
  up: async (db) => {
    await createIndexes(db, 'users', [
      // Lets one of two concurrent registrations win.
      { name: 'email', key: { email: 1 }, unique: true, sparse: true },
      { name: 'guestUntil', key: { guestUntil: 1 }, expireAfterSeconds: 0 },
    ]);
    await dropIndex(db, 'users', 'email_1');
  },
};
