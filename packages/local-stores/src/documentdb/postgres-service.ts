import type { Environment } from '../processes/environment';
import type { ServiceSpec } from '../supervision/guardian-protocol';
import { CHROOT_ENVIRONMENT, chrootCommand } from './chroot-command';
import type { DataPlace } from './data-place';
import { clusterOf } from './postgres-settings';

/** How to run the engine on a data folder. */
export interface PostgresOptions {
  readonly env: Environment;
  /** Root folder of the engine. */
  readonly root: string;
  readonly place: DataPlace;
  readonly logFile: string;
}

/** The engine as a service of the guardian. Its settings must have been written. */
export function postgresService(name: string, options: PostgresOptions): ServiceSpec {
  const { env, root, place, logFile } = options;
  return {
    name,
    ...chrootCommand(env, root, place, 'postgres', '-D', clusterOf(place)),
    environment: CHROOT_ENVIRONMENT,
    // PostgreSQL changes into its cluster itself.
    folder: '/',
    logFile,
    // Fast shutdown: closes connections and writes a checkpoint.
    stopSignal: 'SIGINT',
    stopDeadlineMs: 20_000,
  };
}
