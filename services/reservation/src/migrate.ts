import { migrateMain } from '@flashreserve/store';
import { MIGRATIONS } from './mongo/migrations';

void migrateMain({ component: 'reservation', migrations: MIGRATIONS, process });
