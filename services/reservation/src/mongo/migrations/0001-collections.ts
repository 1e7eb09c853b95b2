import { createCollections, createIndexes, type Migration } from '@flashreserve/store';

/** Collection and indexes of version 0.1.0. */
export const collections: Migration = {
  number: 1,
  name: 'collections',
  up: async (db) => {
    await createCollections(db, ['reservations']);
    // Serve lists of one customer, newest first, with and without a status. Expiry uses only _id.
    await createIndexes(db, 'reservations', [
      {
        name: 'customerId_1_createdAt_-1__id_-1',
        key: { customerId: 1, createdAt: -1, _id: -1 },
      },
      // Serves the count of a customer's pending reservations, too.
      {
        name: 'customerId_1_status_1_createdAt_-1__id_-1',
        key: { customerId: 1, status: 1, createdAt: -1, _id: -1 },
      },
    ]);
  },
};
