import { createMetrics } from '@flashreserve/ops';
import type { ServedRequest } from '../http/middleware/request-scope';
import { createHttpMetrics } from './http-metrics';

const textAfter = async (...served: readonly Partial<ServedRequest>[]): Promise<string> => {
  const metrics = createMetrics();
  const record = createHttpMetrics(metrics);
  for (const request of served) {
    record({ method: 'GET', route: '/products/:productId', status: 200, ms: 4, ...request });
  }
  return metrics.metrics();
};

describe('metrics of requests', () => {
  it('requests are counted and timed by route, method and status', async () => {
    const text = await textAfter({}, { ms: 40 }, { status: 404 });

    const labels = 'method="GET",route="/products/:productId"';
    expect(text).toContain(`flashreserve_http_requests_total{${labels},status="200"} 2`);
    expect(text).toContain(`flashreserve_http_requests_total{${labels},status="404"} 1`);
    const duration = 'flashreserve_http_request_duration_seconds';
    expect(text).toContain(`${duration}_bucket{le="0.005",${labels}} 2`);
    expect(text).toContain(`${duration}_count{${labels}} 3`);
  });

  it('unknown methods share one series', async () => {
    const text = await textAfter({ method: 'PROPFIND' }, { method: 'MKCOL' });

    expect(text).toContain('{method="other",route="/products/:productId",status="200"} 2');
    expect(text).not.toContain('PROPFIND');
  });

  it('streams are counted but not timed', async () => {
    const text = await textAfter({ route: '/products/stream', ms: 3_600_000 });

    expect(text).toContain('{method="GET",route="/products/stream",status="200"} 1');
    expect(text).not.toContain('_count{method="GET",route="/products/stream"}');
  });
});
