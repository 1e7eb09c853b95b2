/**
 * Diagnostics for newcomers. Off in production by default; `npm start` turns them on unless the
 * environment sets them.
 */
export const devSwitches = (env: NodeJS.ProcessEnv) =>
  ({
    API_DOCS: env['API_DOCS'] || 'true',
    QUEUE_DASHBOARD: env['QUEUE_DASHBOARD'] || 'true',
    GRPC_REFLECTION: env['GRPC_REFLECTION'] || 'true',
  }) as const;

export type DevSwitches = Readonly<ReturnType<typeof devSwitches>>;
