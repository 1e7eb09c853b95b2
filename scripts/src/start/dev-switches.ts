/**
 * What helps newcomers to look around. Components leave it out in production unless it is asked for; `npm start` asks,
 * unless the caller's environment says something else.
 */
export const devSwitches = (env: NodeJS.ProcessEnv) =>
  ({
    API_DOCS: env['API_DOCS'] || 'true',
    QUEUE_DASHBOARD: env['QUEUE_DASHBOARD'] || 'true',
    GRPC_REFLECTION: env['GRPC_REFLECTION'] || 'true',
  }) as const;

export type DevSwitches = Readonly<ReturnType<typeof devSwitches>>;
