import type { Migration } from '@flashreserve/store';
import { collections } from './0001-collections';
import { validators } from './0002-validators';

/** Every collection, index and validator of reservation's database, and their order. */
export const MIGRATIONS: readonly Migration[] = [collections, validators];
