import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../http/security-headers';
import { startHttpServer } from '../http/start-http-server';
import type { Lifecycle } from '../lifecycle/lifecycle';
import type { Logger } from '../logging/logger';
import { addProcessMetrics, type Metrics } from './metrics';

/** Where metrics and health are served. */
export interface MetricsSettings {
  readonly HOST: string;
  /** 0 picks a free port; undefined serves nothing. */
  readonly METRICS_PORT?: number | undefined;
  /** Defaults to `HOST`. */
  readonly METRICS_HOST?: string | undefined;
}

/** Whether a component should get requests. */
export interface ReadinessAnswer {
  readonly ready: boolean;
  /** Why it is not ready: fixed texts by name of the cause. Empty if it is ready. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** What is served: metrics and readiness of one process, or of all processes of a component. */
export interface Reports {
  /** Called once, if there is a port to serve them on. */
  readonly prepare: () => void;
  readonly contentType: string;
  readonly renderMetrics: () => Promise<string>;
  /** Must settle within a few seconds; a rejection counts as not ready. */
  readonly checkReadiness: () => Promise<ReadinessAnswer>;
}

interface ServerParts {
  readonly config: MetricsSettings;
  readonly lifecycle: Pick<Lifecycle, 'onStop'>;
  readonly log: Logger;
}

export interface MetricsServerParts extends ServerParts {
  readonly metrics: Metrics;
  /** Must settle within a few seconds; a rejection counts as not ready. */
  readonly checkReadiness: () => Promise<ReadinessAnswer>;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});

const answersOf = ({
  contentType,
  renderMetrics,
  checkReadiness,
}: Reports): Readonly<Record<string, () => Promise<Answer>>> => ({
  '/metrics': async () => ({ status: 200, type: contentType, body: await renderMetrics() }),
  '/healthz': async () => json(200, { status: 'ok' }),
  '/readyz': async () => {
    const { ready, reasons } = await checkReadiness();
    return ready ? json(200, { status: 'ready' }) : json(503, { status: 'not ready', reasons });
  },
});

const send = (res: ServerResponse, { status, type, body = '' }: Answer): void => {
  res
    .writeHead(status, {
      ...SECURITY_HEADERS,
      ...(type !== undefined && { 'content-type': type }),
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
};

/**
 * Serves on a separate port, which must be reachable from the internal network only: metrics in
 * Prometheus' text format at `/metrics`, `/healthz`, which responds while the process does, and
 * `/readyz`, which is 503 with reasons while the component should get no requests. Always plain
 * HTTP, so that checks are cheap. Without a port nothing is served.
 */
export const serveReports = async (
  parts: ServerParts & { readonly reports: Reports },
): Promise<number | undefined> => {
  const { reports, config, lifecycle, log } = parts;
  if (config.METRICS_PORT === undefined) return undefined;
  reports.prepare();
  const answers = new Map(Object.entries(answersOf(reports)));
  const handler = (req: IncomingMessage, res: ServerResponse): void => {
    const answer = req.method === 'GET' ? answers.get(req.url ?? '') : undefined;
    if (answer === undefined) {
      send(res, { status: 404 });
      return;
    }
    answer().then(
      (found) => send(res, found),
      (error: unknown) => {
        log.error({ err: error, path: req.url }, 'Could not serve metrics or health.');
        send(res, { status: 500 });
      },
    );
  };
  const { port, stop } = await startHttpServer({
    host: config.METRICS_HOST ?? config.HOST,
    port: config.METRICS_PORT,
    handler,
  });
  lifecycle.onStop('metrics server', () => stop());
  log.info({ port }, 'Serving metrics.');
  return port;
};

/** Serves the metrics and the readiness of this process; see `serveReports`. */
export const serveMetrics = (parts: MetricsServerParts): Promise<number | undefined> => {
  const { metrics, checkReadiness, config, lifecycle, log } = parts;
  const reports: Reports = {
    prepare: () => {
      addProcessMetrics(metrics);
    },
    contentType: metrics.contentType,
    renderMetrics: () => metrics.metrics(),
    checkReadiness,
  };
  return serveReports({ reports, config, lifecycle, log });
};
