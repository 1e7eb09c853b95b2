import { migrateMain } from '@flashreserve/store';
import { MIGRATIONS } from './mongo/migrations';

void migrateMain({ component: 'auth', migrations: MIGRATIONS, process });
