import { createIndexes, type Migration } from '@flashreserve/store';

/** Indexes for the clean-up of old documents. */
export const retention: Migration = {
  number: 3,
  name: 'retention',
  up: (db) =>
    createIndexes(db, 'reservations', [
      { name: 'createdAt_1', key: { createdAt: 1 } },
      {
        name: 'tombstones',
        key: { tombstone: 1, createdAt: 1 },
        partialFilterExpression: { tombstone: true },
      },
    ]),
};
