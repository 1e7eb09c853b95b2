import { collectDefaultMetrics, Registry } from 'prom-client';
import { startHttpServer } from '../http';
import type { Lifecycle } from '../lifecycle';
import type { Logger } from '../logging';

/** A component's own metrics; no two components of a process share them. */
export type Metrics = Registry;

export const createMetrics = (): Metrics => new Registry();

/** Adds what every process has: CPU, memory, garbage collections, event-loop lag. */
export const addProcessMetrics = (metrics: Metrics): void => {
  collectDefaultMetrics({ register: metrics });
};

/**
 * Serves the metrics in Prometheus' text format at `/metrics`, on a port of its own that belongs on the internal
 * network only. Without a port nothing is served.
 */
export const serveMetrics = async (options: {
  readonly metrics: Metrics;
  readonly host: string;
  /** 0 takes any free port; undefined serves nothing. */
  readonly port: number | undefined;
  readonly lifecycle: Pick<Lifecycle, 'onStop'>;
  readonly log: Logger;
}): Promise<number | undefined> => {
  const { metrics, lifecycle, log } = options;
  if (options.port === undefined) return undefined;
  addProcessMetrics(metrics);
  const { port, stop } = await startHttpServer({
    host: options.host,
    port: options.port,
    handler: (req, res) => {
      if (req.method !== 'GET' || req.url !== '/metrics') {
        res.writeHead(404).end();
        return;
      }
      metrics.metrics().then(
        (text) => res.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        (error: unknown) => {
          log.error({ err: error }, 'The metrics could not be collected.');
          res.writeHead(500).end();
        },
      );
    },
  });
  lifecycle.onStop('metrics server', () => stop());
  log.info({ port }, 'Metrics are served.');
  return port;
};
