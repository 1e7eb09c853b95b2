import type { Migration } from '@flashreserve/store';
import { collections } from './0001-collections';
import { adminsIndex } from './0002-admins-index';

/** Every collection, index and validator of auth's database, and their order. */
export const MIGRATIONS: readonly Migration[] = [collections, adminsIndex];
