import { createMetrics } from '@flashreserve/ops';
import { createClientMetrics } from './client-metrics';

const served = (status: number, clientId?: string) => ({
  method: 'GET',
  route: '/reservations',
  status,
  ms: 1,
  clientId,
});

describe('the metrics of API clients', () => {
  it('requests are counted by client and class of status, those of other callers not at all', async () => {
    const metrics = createMetrics();
    const count = createClientMetrics(metrics);

    count(served(200, 'webshop'));
    count(served(201, 'webshop'));
    count(served(409, 'webshop'));
    count(served(200));

    const page = await metrics.metrics();
    expect(page).toContain('requests_total{client_id="webshop",status="2xx"} 2');
    expect(page).toContain('requests_total{client_id="webshop",status="4xx"} 1');
    expect(page.match(/^flashreserve_api_client_requests_total/gm)).toHaveLength(2);
  });

  it('the number of clients with series of their own is bounded', async () => {
    const metrics = createMetrics();
    const count = createClientMetrics(metrics);

    for (let index = 0; index < 300; index += 1) count(served(200, `client${index}`));

    const page = await metrics.metrics();
    expect(page.match(/^flashreserve_api_client_requests_total/gm)).toHaveLength(101);
    expect(page).toContain('{client_id="other",status="2xx"} 200');
  });
});
