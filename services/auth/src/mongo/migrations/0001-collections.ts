import { createCollections, createIndexes, type Migration } from '@flashreserve/store';

/** Collections and indexes of version 0.1.0. */
export const collections: Migration = {
  number: 1,
  name: 'collections',
  up: async (db) => {
    await createCollections(db, ['users', 'sessions', 'refresh_tokens', 'signing_keys', 'guards']);
    await createIndexes(db, 'users', [
      // Lets one of two concurrent registrations win.
      { name: 'email_1', key: { email: 1 }, unique: true },
      { name: 'role_1', key: { role: 1 } },
    ]);
    // Cleanup only; correctness never depends on when the TTL monitor runs.
    const deleteExpired = { name: 'expiresAt_1', key: { expiresAt: 1 }, expireAfterSeconds: 0 };
    await createIndexes(db, 'sessions', [
      { name: 'userId_1', key: { userId: 1 } },
      // Ended sessions by end time; verifiers query them every few seconds.
      { name: 'endedAt_1__id_1', key: { endedAt: 1, _id: 1 } },
      deleteExpired,
    ]);
    await createIndexes(db, 'refresh_tokens', [deleteExpired]);
  },
};
