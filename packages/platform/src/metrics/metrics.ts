import { collectDefaultMetrics, Registry } from 'prom-client';
import { SECURITY_HEADERS, startHttpServer } from '../http';
import type { Lifecycle } from '../lifecycle';
import type { Logger } from '../logging';

/** A component's own metrics; no two components of a process share them. */
export type Metrics = Registry;

export const createMetrics = (): Metrics => new Registry();

/** Adds what every process has: CPU, memory, garbage collections, event-loop lag. */
export const addProcessMetrics = (metrics: Metrics): void => {
  collectDefaultMetrics({ register: metrics });
};
/** Where metrics are served. */
export interface MetricsSettings {
  readonly HOST: string;
  /** 0 takes any free port; undefined serves nothing. */
  readonly METRICS_PORT?: number | undefined;
  /** `HOST` when undefined. */
  readonly METRICS_HOST?: string | undefined;
}

/**
 * Serves the metrics in Prometheus' text format at `/metrics`, on a port of its own that belongs on the internal
 * network only. Without a port nothing is served.
 */
export const serveMetrics = async (options: {
  readonly metrics: Metrics;
  readonly config: MetricsSettings;
  readonly lifecycle: Pick<Lifecycle, 'onStop'>;
  readonly log: Logger;
}): Promise<number | undefined> => {
  const { metrics, config, lifecycle, log } = options;
  if (config.METRICS_PORT === undefined) return undefined;
  addProcessMetrics(metrics);
  const { port, stop } = await startHttpServer({
    host: config.METRICS_HOST ?? config.HOST,
    port: config.METRICS_PORT,
    handler: (req, res) => {
      if (req.method !== 'GET' || req.url !== '/metrics') {
        res.writeHead(404, SECURITY_HEADERS).end();
        return;
      }
      metrics.metrics().then(
        (text) =>
          res
            .writeHead(200, { ...SECURITY_HEADERS, 'content-type': metrics.contentType })
            .end(text),
        (error: unknown) => {
          log.error({ err: error }, 'The metrics could not be collected.');
          res.writeHead(500, SECURITY_HEADERS).end();
        },
      );
    },
  });
  lifecycle.onStop('metrics server', () => stop());
  log.info({ port }, 'Metrics are served.');
  return port;
};
