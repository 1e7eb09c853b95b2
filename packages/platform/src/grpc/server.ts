import { PROTO_ROOT } from '@flashreserve/contracts';
import { Server, type ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from '../logging';
import type { GrpcService } from './define-service';
import { GRPC_SERVER_LIMITS, type GrpcServerLimits, toChannelOptions } from './limits';
import { createServerCredentials, type MutualTls } from './mutual-tls';

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly service: GrpcService;
  /** Full name of the service, for health checks, for example `flashreserve.catalog.v1.CatalogService`. */
  readonly serviceName: string;
  /** The service's proto file relative to `PROTO_ROOT`, for reflection. */
  readonly protoFile: string;
  readonly log: Logger;
  /** Makes the server take encrypted connections with a trusted client certificate, and no others. */
  readonly tls?: MutualTls | undefined;
  /** Limits that differ from `GRPC_SERVER_LIMITS`. */
  readonly limits?: Partial<Omit<GrpcServerLimits, 'metadataBytesMax'>>;
}

export interface RunningGrpcServer {
  readonly port: number;
  /** Health as the standard health service reports it. Starts as not serving. */
  readonly setServing: (serving: boolean) => void;
  /** Reports not serving, lets calls in flight finish, and cuts off what is left after `drainMs`. */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/**
 * A name in the health service that is always SERVING while the process answers. Whoever restarts what is dead asks
 * for this one: without its store a service cannot serve, and a restart would not help.
 */
const LIVENESS = 'liveness';

const bind = (server: Server, address: string, credentials: ServerCredentials): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });

/** Starts a gRPC server with the service, standard health checking and server reflection. */
export const startGrpcServer = async (options: GrpcServerOptions): Promise<RunningGrpcServer> => {
  const server = new Server(toChannelOptions({ ...GRPC_SERVER_LIMITS, ...options.limits }));
  server.addService(options.service.definition, options.service.implementation);
  const health = new HealthImplementation({
    '': 'NOT_SERVING',
    [options.serviceName]: 'NOT_SERVING',
    [LIVENESS]: 'SERVING',
  });
  health.addToServer(server);
  new ReflectionService(
    loadSync(options.protoFile, { includeDirs: [PROTO_ROOT], keepCase: true }),
  ).addToServer(server);
  const address = `${options.host}:${options.port}`;
  const port = await bind(server, address, createServerCredentials(options.tls));

  const setServing = (serving: boolean): void => {
    for (const name of ['', options.serviceName])
      health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };
  return {
    port,
    setServing,
    stop: async (drainMs = 4_000) => {
      setServing(false);
      const timer = setTimeout(() => {
        options.log.warn(
          'Calls were still in flight at the end of the drain time; cutting them off.',
        );
      }, drainMs);
      // Cuts connections off at the end. Neither `forceShutdown`, which does not know the connections of a server
      // without channelz, nor a `drain` after `tryShutdown` would (grpc-js 1.14.7).
      server.drain(`${options.host}:${port}`, drainMs);
      await new Promise<void>((resolve) => {
        server.tryShutdown(() => {
          resolve();
        });
      });
      clearTimeout(timer);
    },
  };
};
