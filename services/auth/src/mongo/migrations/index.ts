import type { Migration } from '@flashreserve/store';
import { collections } from './0001-collections';
import { adminsIndex } from './0002-admins-index';
import { apiClients } from './0003-api-clients';
import { guests } from './0004-guests';
import { accounts } from './0005-accounts';

/** Every collection, index and validator of auth's database, and their order. */
export const MIGRATIONS: readonly Migration[] = [
  collections,
  adminsIndex,
  apiClients,
  guests,
  accounts,
];
