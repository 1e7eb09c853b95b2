import type { Migration } from '@flashreserve/store';
import { collections } from './0001-collections';
import { validators } from './0002-validators';
import { pendingIndex } from './0003-pending-index';
import { priceSnapshots } from './0004-price-snapshots';
import { externalReferences } from './0005-external-references';
import { returns } from './0006-returns';

/** Every collection, index and validator of reservation's database, and their order. */
export const MIGRATIONS: readonly Migration[] = [
  collections,
  validators,
  pendingIndex,
  priceSnapshots,
  externalReferences,
  returns,
];
