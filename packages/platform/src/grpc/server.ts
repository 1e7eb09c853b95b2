import { PROTO_ROOT } from '@flashreserve/contracts';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from '../logging';
import type { GrpcService } from './define-service';

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
}

export interface RunningGrpcServer {
  readonly port: number;
  /** Health as the standard health service reports it. Starts as not serving. */
  readonly setServing: (serving: boolean) => void;
  /** Reports not serving, lets calls in flight finish, and cuts off what is left after `drainMs`. */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/** Requests and answers are small; a page of 500 holds stays far below this. */
const MESSAGE_BYTES_MAX = 1024 * 1024;

const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  'grpc.max_send_message_length': 4 * MESSAGE_BYTES_MAX,
  // Far below the number of resets at which Node's HTTP/2 takes a client for an attacker and ends its
  // connection: a crowd whose deadlines pass together must not cut off everybody else.
  'grpc.max_concurrent_streams': 500,
  // Clients look DNS up again only when a connection ends, so connections end now and then on purpose.
  'grpc.max_connection_age_ms': 60_000,
  'grpc.max_connection_age_grace_ms': 15_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.enable_channelz': 0,
} as const;

const bind = (server: Server, address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });

/** Starts a gRPC server with the service, standard health checking and server reflection. */
export const startGrpcServer = async (options: GrpcServerOptions): Promise<RunningGrpcServer> => {
  const server = new Server(CHANNEL_OPTIONS);
  server.addService(options.service.definition, options.service.implementation);
  const health = new HealthImplementation({
    '': 'NOT_SERVING',
    [options.serviceName]: 'NOT_SERVING',
  });
  health.addToServer(server);
  new ReflectionService(
    loadSync(options.protoFile, { includeDirs: [PROTO_ROOT], keepCase: true }),
  ).addToServer(server);
  const port = await bind(server, `${options.host}:${options.port}`);

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
        server.forceShutdown();
      }, drainMs);
      await new Promise<void>((resolve) => {
        server.tryShutdown(() => {
          resolve();
        });
      });
      clearTimeout(timer);
    },
  };
};
