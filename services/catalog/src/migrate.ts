import { migrateMain } from '@flashreserve/store';
import { MIGRATIONS } from './mongo/migrations';

void migrateMain({ component: 'catalog', migrations: MIGRATIONS, process });
