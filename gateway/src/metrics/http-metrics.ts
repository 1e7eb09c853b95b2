import { Counter, Histogram, type Metrics } from '@flashreserve/ops';
import type { ServedRequest } from '../http/middleware/request-scope';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Methods that are told apart; whatever else a client may send counts as "other". */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

/** Answers that go on for as long as somebody listens; their end says nothing about how fast they were. */
const ENDLESS_ROUTES: ReadonlySet<string> = new Set(['/products/stream']);

interface RouteSeries {
  readonly byStatus: Map<number, Counter.Internal>;
  readonly duration: Histogram.Internal<string> | undefined;
}

/**
 * Rate, errors and duration by route. A route is a template of the table, never what a client sent, so that there are
 * never more series than routes, methods and statuses.
 */
export const createHttpMetrics = (metrics: Metrics): ((served: ServedRequest) => void) => {
  const registers = [metrics];
  const requests = new Counter({
    name: 'flashreserve_http_requests_total',
    help: 'Requests that are over, by route, method and status; 499 when the client went away first.',
    labelNames: ['method', 'route', 'status'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'flashreserve_http_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer. Without streams.',
    labelNames: ['method', 'route'] as const,
    buckets: SECONDS,
    registers,
  });
  // Looked up by route and method without making an object or a string for each request.
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
