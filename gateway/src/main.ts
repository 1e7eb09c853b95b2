import { runMain } from '@flashreserve/ops';
import { configSchema } from './config';

runMain({
  component: 'gateway',
  schema: configSchema,
  process,
  processes: (config) => ({ count: config.GATEWAY_PROCESSES, metrics: config }),
  start: async (config, log, workerGroup) => {
    // Not at the top: a process that only starts others does without it, and saves its memory.
    const { createApp } = await import('./app.js');
    return createApp(config, { log, workerGroup });
  },
});
