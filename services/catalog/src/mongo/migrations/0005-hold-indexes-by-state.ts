import { createIndexes, dropIndex, type Migration } from '@flashreserve/store';

/**
 * Replaces the index of all holds by state with one of HELD and one of RELEASED holds, so that a
 * sale removes its hold from an index instead of moving it. `held` keeps `state` among its keys:
 * MongoDB chooses an index only for a query that restricts its first key, and the audit restricts
 * nothing but the state.
 */
export const holdIndexesByState: Migration = {
  number: 5,
  name: 'hold-indexes-by-state',
  up: async (db) => {
    await createIndexes(db, 'holds', [
      {
        name: 'held',
        key: { state: 1, expireTime: 1, _id: 1 },
        partialFilterExpression: { state: 'HELD' },
      },
      {
        name: 'released',
        key: { expireTime: 1 },
        partialFilterExpression: { state: 'RELEASED' },
      },
    ]);
    // Last: until then, every query of both versions has an index.
    await dropIndex(db, 'holds', 'state_1_expireTime_1__id_1');
  },
};
