import { createLifecycle } from '../lifecycle/lifecycle';
import { createSilentLogger } from '../logging/logger';
import { createMetrics } from './metrics';
import { type ReadinessAnswer, serveMetrics } from './serve-metrics';

const READY: ReadinessAnswer = { ready: true, reasons: {} };

describe('metrics', () => {
  it('metrics are served at /metrics only, on their own port, until the component stops', async () => {
    const log = createSilentLogger();
    const lifecycle = createLifecycle({ log });
    const metrics = createMetrics();
    const config = { HOST: '192.0.2.1', METRICS_HOST: '127.0.0.1', METRICS_PORT: 0 };
    const checkReadiness = async (): Promise<ReadinessAnswer> => READY;
    const port = await serveMetrics({ metrics, config, checkReadiness, lifecycle, log });

    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toContain('process_cpu_seconds_total');
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);

    await lifecycle.stop();
    await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed');
  });

  it('metrics are not served without a port', async () => {
    const log = createSilentLogger();
    const lifecycle = createLifecycle({ log });

    const port = await serveMetrics({
      metrics: createMetrics(),
      config: { HOST: '127.0.0.1' },
      checkReadiness: async () => READY,
      lifecycle,
      log,
    });

    expect(port).toBeUndefined();
  });
});
