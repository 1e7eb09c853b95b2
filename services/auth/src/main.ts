import { runMain } from '@flashreserve/ops';
import { createApp } from './app';
import { configSchema } from './config';

runMain({
  component: 'auth',
  schema: configSchema,
  process,
  start: (config, log) => createApp(config, { log }),
});
