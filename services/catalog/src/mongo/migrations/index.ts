import type { Migration } from '@flashreserve/store';
import { collections } from './0001-collections';
import { validators } from './0002-validators';
import { availableProductsIndex } from './0003-available-products-index';
import { retention } from './0004-retention';
import { holdIndexesByState } from './0005-hold-indexes-by-state';
import { priceSnapshots } from './0006-price-snapshots';
import { skus } from './0007-skus';
import { returns } from './0008-returns';

/** Every collection, index and validator of catalog's database, and their order. */
export const MIGRATIONS: readonly Migration[] = [
  collections,
  validators,
  availableProductsIndex,
  retention,
  holdIndexesByState,
  priceSnapshots,
  skus,
  returns,
];
