import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { createLifecycle, type Lifecycle } from '../lifecycle/lifecycle';
import { createSilentLogger } from '../logging/logger';
import { createMetrics } from './metrics';
import { serveMetrics } from './serve-metrics';
import { createServingState } from './serving-state';

// Goal: the health check of containers and pods tells live components from dead ones, and ready
// from not ready ones, at low cost.

const SCRIPT = resolve(__dirname, '../../../../deploy/healthcheck.sh');

interface Result {
  readonly code: number;
  readonly stderr: string;
}

const check = (port: number, ...args: readonly string[]): Promise<Result> =>
  new Promise((done, fail) => {
    const env = { METRICS_PORT: String(port) };
    execFile('bash', [SCRIPT, ...args], { env }, (error, _stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') done({ code, stderr });
      else fail(error);
    });
  });

describe('the health check of a container', () => {
  const log = createSilentLogger();
  const serving = createServingState('catalog');
  let lifecycle: Lifecycle;
  let port: number;

  beforeAll(async () => {
    lifecycle = createLifecycle({ log });
    const config = { HOST: '127.0.0.1', METRICS_PORT: 0 };
    const { checkReadiness } = serving;
    const metrics = createMetrics();
    port = (await serveMetrics({ metrics, config, checkReadiness, lifecycle, log })) ?? 0;
  });
  afterAll(async () => {
    await lifecycle.stop();
  });

  it('the liveness check passes while the component is alive, even if it is not ready', async () => {
    serving.set(false);
    expect(await check(port)).toEqual({ code: 0, stderr: '' });
  });

  it('the readiness check follows readiness and prints what is missing', async () => {
    serving.set(false);
    const { code, stderr } = await check(port, 'ready');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^503 \{"status":"not ready","reasons":\{"catalog":"The service is starting/,
    );
    serving.set(true);
    expect(await check(port, 'ready')).toEqual({ code: 0, stderr: '' });
  });

  it('the health check fails when the component is down', async () => {
    await lifecycle.stop();
    expect((await check(port)).code).toBe(1);
  });
});
