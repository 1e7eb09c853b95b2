import { configSchema as auth } from '@flashreserve/auth/config';
import { configSchema as catalog } from '@flashreserve/catalog/config';
import { configSchema as expiryWorker } from '@flashreserve/expiry-worker/config';
import { configSchema as gateway } from '@flashreserve/gateway/config';
import { configSchema as reservation } from '@flashreserve/reservation/config';
import type { z } from 'zod';
import type { ComponentName } from './topology';

/** What each component reads from its environment. */
export const COMPONENT_SCHEMAS: Readonly<Record<ComponentName, z.ZodObject>> = {
  auth,
  catalog,
  reservation,
  'expiry-worker': expiryWorker,
  gateway,
};
