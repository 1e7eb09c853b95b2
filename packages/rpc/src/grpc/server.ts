import type { Logger, ServingState } from '@flashreserve/ops';
import { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { createConnections } from './connections';
import type { GrpcService } from './define-service';
import { GRPC_SERVER_LIMITS, type GrpcServerLimits, toChannelOptions } from './limits';
import { listen } from './listener';
import { createServerCredentials, type MutualTls } from './mutual-tls';
import { createReflection } from './reflection';

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly service: GrpcService;
  /**
   * Full name of the service, for health checks, for example
   * `flashreserve.catalog.v1.CatalogService`.
   */
  readonly serviceName: string;
  /** Enables server reflection for dynamic clients. Default: off. */
  readonly reflection?: boolean;
  readonly log: Logger;
  /** Receives every serving status that the server reports. */
  readonly serving?: Pick<ServingState, 'set'>;
  /** If set, only TLS connections with a trusted client certificate are accepted. */
  readonly tls?: MutualTls | undefined;
  /** Limits that differ from `GRPC_SERVER_LIMITS`. */
  readonly limits?: Partial<Omit<GrpcServerLimits, 'metadataBytesMax'>>;
}

export interface RunningGrpcServer {
  readonly port: number;
  /** Sets the status reported by the standard health service; initially not serving. */
  readonly setServing: (serving: boolean) => void;
  /** Reports not serving, lets calls finish, and closes the connections left after `drainMs`. */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/**
 * Health service name that is SERVING as long as the process responds. For liveness probes: a
 * service without its store cannot serve, but a restart would not help.
 */
const LIVENESS = 'liveness';

/** Starts a gRPC server with the service, standard health checking and, optionally, reflection. */
export const startGrpcServer = async (options: GrpcServerOptions): Promise<RunningGrpcServer> => {
  const limits = { ...GRPC_SERVER_LIMITS, ...options.limits };
  const { serviceName } = options;
  const connections = createConnections({ max: limits.connectionsMax, serviceName });
  const server = new Server({
    ...toChannelOptions(limits),
    interceptors: [connections.interceptor],
  });
  server.addService(options.service.definition, options.service.implementation);
  const health = new HealthImplementation({
    '': 'NOT_SERVING',
    [options.serviceName]: 'NOT_SERVING',
    [LIVENESS]: 'SERVING',
  });
  health.addToServer(server);
  if (options.reflection) createReflection(options.serviceName).addToServer(server);
  const { injectConnection } = server.createConnectionInjector(
    createServerCredentials(options.tls),
  );
  const listener = await listen({
    host: options.host,
    port: options.port,
    onConnection: (socket) => {
      if (connections.admit(socket)) injectConnection(socket);
      else socket.destroy();
    },
  });

  const setServing = (serving: boolean): void => {
    options.serving?.set(serving);
    for (const name of ['', options.serviceName])
      health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };
  return {
    port: listener.port,
    setServing,
    stop: async (drainMs = 4_000) => {
      setServing(false);
      const closed = listener.close();
      const timer = setTimeout(() => {
        options.log.warn('Connections still open at the end of the drain time; closing them.');
        listener.cutOff();
      }, drainMs);
      // Closes each connection when its calls are done. Its callback misses some closed
      // connections, so the listener's own count decides.
      server.tryShutdown(() => undefined);
      await closed;
      clearTimeout(timer);
    },
  };
};
