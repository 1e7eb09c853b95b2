import { createIndexes, dropIndex, type Migration } from '@flashreserve/store';

/**
 * Serves a customer's pending reservations, which are few. A reservation leaves the index when it
 * is resolved or expires; the index that it replaces had an entry for every reservation and was
 * written again at each change of status. Lists in another status use the index of all lists.
 */
export const pendingIndex: Migration = {
  number: 3,
  name: 'pending-index',
  up: async (db) => {
    // First, so that the limit of open holds has an index at all times.
    await createIndexes(db, 'reservations', [
      {
        name: 'pending',
        key: { customerId: 1 },
        partialFilterExpression: { status: 'PENDING' },
      },
    ]);
    await dropIndex(db, 'reservations', 'customerId_1_status_1_createdAt_-1__id_-1');
  },
};
