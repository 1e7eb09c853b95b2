import type { ServiceSpec } from '../supervision/guardian-protocol';

/** How to run `mongod`. */
export interface MongodServiceOptions {
  readonly name: string;
  readonly program: string;
  readonly port: number;
  readonly folder: string;
  readonly logFile: string;
}

export const REPLICA_SET = 'local';

/** A single-node replica set on 127.0.0.1: transactions need a replica set. */
export function mongodService(options: MongodServiceOptions): ServiceSpec {
  return {
    name: options.name,
    command: options.program,
    arguments: [
      ...['--replSet', REPLICA_SET, '--bind_ip', '127.0.0.1', '--port', String(options.port)],
      ...['--dbpath', options.folder, '--nounixsocket', '--wiredTigerCacheSizeGB', '0.5'],
    ],
    environment: { LC_ALL: 'C' },
    folder: options.folder,
    logFile: options.logFile,
    stopSignal: 'SIGTERM',
    stopDeadlineMs: 20_000,
  };
}
