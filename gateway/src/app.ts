import {
  type App,
  type ComponentDependencies,
  createFailpoints,
  leaveRotation,
  runComponent,
  startHttpServer,
} from '@flashreserve/ops';
import { readMutualTls, storeUnavailable } from '@flashreserve/rpc';
import type { GatewayConfig } from './config';
import { connectProbes, connectServices } from './connect-services';
import { createEdge } from './create-edge';
import { isProbe } from './http/create-http-handler';
import { createReadiness } from './http/readiness';
import { limitsOfProcess } from './limits/process-limits';
import { createGatewayMetrics } from './metrics/gateway-metrics';

/** Time for requests in flight to end; longer than the default time limit of a route. */
const DRAIN_MS = 11_000;
const STOP_STEP_MS = 12_000;

/**
 * Starts the gateway. It accepts requests immediately and returns 503 for services that are not up
 * yet, so components may start in any order. Stop order: not ready, requests drained, clients
 * closed.
 *
 * @throws when a port cannot be bound or a setting cannot be used
 */
export const createApp = (
  config: GatewayConfig,
  dependencies: ComponentDependencies,
): Promise<App> =>
  runComponent({
    name: 'gateway',
    config,
    dependencies,
    ready: 'The gateway takes requests.',
    stopStepMs: STOP_STEP_MS,
    parts: async (base) => {
      const { log, metrics } = base;
      const tls = readMutualTls(config);
      const measure = createGatewayMetrics(metrics);
      const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
      const services = connectServices(base, { measure, failpoints, tls });
      const readiness = createReadiness(connectProbes(base, tls));
      const limits = limitsOfProcess(config, base.processes.count);
      const edge = createEdge(base, { services, measure, readiness, limits });
      return { edge, readiness, limits, checkReadiness: readiness.check };
    },
    service: async ({ lifecycle }, { edge, readiness, limits }) => {
      const server = await startHttpServer({
        handler: edge.serve,
        onOverload: edge.refuse,
        isAlwaysServed: isProbe,
        limits: limits.server,
        host: config.HOST,
        port: config.PORT,
      });
      lifecycle.onStop('HTTP server', () => server.stop(DRAIN_MS));
      lifecycle.onStop('streams', edge.streams.stop);
      leaveRotation(lifecycle, { turnOff: readiness.turnOff, waitMs: config.DRAIN_WAIT_MS });
      return server.port;
    },
  });
