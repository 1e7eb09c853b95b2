import { type ComponentBase, isOn, leaveRotation, type ServingState } from '@flashreserve/ops';
import { type GrpcService, type MutualTls, startGrpcServer } from '@flashreserve/rpc';
import type { Connection } from 'mongoose';
import type { ClockGuard } from './clock-guard/clock-guard';
import type { MongoMetrics } from './mongo/mongo-metrics';
import { watchStore } from './mongo/watch-store';

export interface ServingConfig {
  readonly NODE_ENV?: string | undefined;
  readonly HOST: string;
  readonly GRPC_REFLECTION?: 'true' | 'false' | undefined;
  readonly DRAIN_WAIT_MS: number;
}

/**
 * Serves gRPC. The service is healthy while its store answers and, with a guard, its clock agrees
 * with the store's. A stop first reports not serving, keeps serving for `DRAIN_WAIT_MS`, and then
 * lets calls in flight finish.
 *
 * @returns the port, after the first check of the store
 */
export const serveFromStore = async (
  { config, log, clock, lifecycle }: ComponentBase<ServingConfig>,
  options: {
    readonly port: number;
    /** Full name, for example `flashreserve.catalog.v1.CatalogService`. */
    readonly serviceName: string;
    readonly service: GrpcService;
    readonly serving: ServingState;
    readonly tls: MutualTls | undefined;
    readonly connection: Connection;
    readonly metrics: MongoMetrics;
    readonly guard?: ClockGuard;
    /** Ends streams before the server waits for calls, because a stream never ends by itself. */
    readonly endStreams?: () => Promise<void>;
  },
): Promise<number> => {
  const { connection, metrics, guard, endStreams } = options;
  const server = await startGrpcServer({
    host: config.HOST,
    port: options.port,
    serviceName: options.serviceName,
    service: options.service,
    serving: options.serving,
    reflection: isOn(config.GRPC_REFLECTION, config),
    tls: options.tls,
    log,
  });
  lifecycle.onStop('gRPC server', () => server.stop());
  if (endStreams !== undefined) lifecycle.onStop('streams', endStreams);
  const watch = watchStore({
    connection,
    report: server.setServing,
    log,
    metrics,
    ...(guard && { time: { clock, guard } }),
  });
  leaveRotation(lifecycle, {
    turnOff: () => {
      watch.stop();
      server.setServing(false);
    },
    waitMs: config.DRAIN_WAIT_MS,
  });
  await watch.first;
  return server.port;
};
