import { runMain } from '@flashreserve/platform/lifecycle';
import { createApp } from './app';
import { configSchema } from './config';

runMain({
  component: 'catalog',
  schema: configSchema,
  process,
  start: (config, log) => createApp(config, { log }),
});
