import { Counter, Histogram, type Metrics } from '@flashreserve/ops';
import type { ServedRequest } from '../http/middleware/request-scope';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Methods with series of their own; any other counts as "other". */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

/** Routes that stream until the client disconnects; their duration is meaningless. */
const ENDLESS_ROUTES: ReadonlySet<string> = new Set(['/products/stream']);

interface RouteSeries {
  readonly byStatus: Map<number, Counter.Internal>;
  readonly duration: Histogram.Internal<string> | undefined;
}

/**
 * Rate, errors and duration by route. The label is the route's template and never the requested
 * path, which bounds the number of series.
 */
export const createHttpMetrics = (metrics: Metrics): ((served: ServedRequest) => void) => {
  const registers = [metrics];
  const requests = new Counter({
    name: 'flashreserve_http_requests_total',
    help: 'Completed requests, by route, method and status; 499 if the client disconnected first.',
    labelNames: ['method', 'route', 'status'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'flashreserve_http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its response. Excludes streams.',
    labelNames: ['method', 'route'] as const,
    buckets: SECONDS,
    registers,
  });
  // Nested maps: a lookup by route and method allocates nothing per request.
  const byMethod = new Map<string, Map<string, RouteSeries>>();

  const seriesOf = (method: string, route: string): RouteSeries => {
    const routes = byMethod.get(method) ?? new Map<string, RouteSeries>();
    byMethod.set(method, routes);
    const known = routes.get(route);
    if (known !== undefined) return known;
    const duration = ENDLESS_ROUTES.has(route) ? undefined : durations.labels(method, route);
    const made: RouteSeries = { byStatus: new Map(), duration };
    routes.set(route, made);
    return made;
  };

  return ({ method: given, route, status, ms }) => {
    const method = METHODS.has(given) ? given : 'other';
    const { byStatus, duration } = seriesOf(method, route);
    let counter = byStatus.get(status);
    if (counter === undefined) {
      counter = requests.labels(method, route, String(status));
      byStatus.set(status, counter);
    }
    counter.inc();
    duration?.observe(ms / 1_000);
  };
};
