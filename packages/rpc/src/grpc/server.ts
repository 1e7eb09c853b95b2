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
  /** 0 takes any free port. */
  readonly port: number;
  readonly service: GrpcService;
  /** Full name of the service, for health checks, for example `flashreserve.catalog.v1.CatalogService`. */
  readonly serviceName: string;
  /** Makes the server describe itself to dynamic tools; off unless told. */
  readonly reflection?: boolean;
  readonly log: Logger;
  /** Gets every health that the server reports, from the start on. */
  readonly serving?: Pick<ServingState, 'set'>;
  /** Makes the server take encrypted connections with a trusted client certificate, and no others. */
  readonly tls?: MutualTls | undefined;
  /** Limits that differ from `GRPC_SERVER_LIMITS`. */
  readonly limits?: Partial<Omit<GrpcServerLimits, 'metadataBytesMax'>>;
}

export interface RunningGrpcServer {
  readonly port: number;
  /** Health as the standard health service reports it. Starts as not serving. */
  readonly setServing: (serving: boolean) => void;
  /** Reports not serving, lets calls in flight finish, and cuts off every connection that is left after `drainMs`. */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/**
 * A name in the health service that is always SERVING while the process answers. Whoever restarts what is dead asks
 * for this one: without its store a service cannot serve, and a restart would not help.
 */
const LIVENESS = 'liveness';

/** Starts a gRPC server with the service, standard health checking and, where it is asked for, server reflection. */
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
        options.log.warn(
          'Connections were still open at the end of the drain time; cutting them off.',
        );
        listener.cutOff();
      }, drainMs);
      // Ends every connection when its calls are done. It does not hear of all ends, so the connections are looked at.
      server.tryShutdown(() => undefined);
      await closed;
      clearTimeout(timer);
    },
  };
};
