import { createSilentLogger } from '../logging/logger';
import { type ComponentBase, runComponent } from './run-component';

const config = {
  HOST: '127.0.0.1',
  METRICS_PORT: 0,
  OTEL_TRACES_SAMPLER_ARG: 1,
  TRACES_PER_SECOND_MAX: 1,
};
type Base = ComponentBase<typeof config>;

const ready = async () => ({ ready: true, reasons: {} });

/**
 * Runs a component that records what is closed. The port of its health server is read from its log.
 */
const run = (steps: {
  readonly parts?: (base: Base, healthPort: number) => Promise<void>;
  readonly service?: (base: Base, healthPort: number) => Promise<number>;
}) => {
  const closed: string[] = [];
  let healthPort = 0;
  const log = createSilentLogger();
  jest.spyOn(log, 'info').mockImplementation((fields: unknown) => {
    if (typeof fields === 'object' && fields !== null && 'port' in fields && healthPort === 0) {
      healthPort = Number(fields.port);
    }
  });
  const app = runComponent({
    name: 'shop',
    config,
    dependencies: { log },
    ready: 'Open.',
    parts: async (base) => {
      base.lifecycle.onStop('store', () => {
        closed.push('store');
      });
      await steps.parts?.(base, healthPort);
      return { checkReadiness: ready };
    },
    service: async (base) => {
      base.lifecycle.onStop('server', () => {
        closed.push('server');
      });
      return (await steps.service?.(base, healthPort)) ?? 7;
    },
  });
  return { app, closed, portOf: () => healthPort };
};

const health = async (port: number, path = '/readyz') => {
  const { status } = await fetch(`http://127.0.0.1:${port}${path}`);
  return status;
};

describe('runComponent', () => {
  it('a component closes everything in reverse order when it stops', async () => {
    const { app, closed, portOf } = run({});
    const { port, stop } = await app;
    expect(port).toBe(7);
    expect(await health(portOf(), '/healthz')).toBe(200);

    await stop();

    expect(closed).toEqual(['server', 'store']);
    await expect(health(portOf())).rejects.toThrow('fetch failed');
  });

  it.each([
    ['parts', ['store']],
    ['service', ['server', 'store']],
  ])('a start that fails in its %s closes what it opened', async (step, expected) => {
    const fail = () => Promise.reject(new Error('No.'));
    const { app, closed, portOf } = run({ [step]: fail });

    await expect(app).rejects.toThrow('No.');

    expect(closed).toEqual(expected);
    expect(portOf()).toBeGreaterThan(0);
    await expect(health(portOf())).rejects.toThrow('fetch failed');
  });

  it('a component is alive and not ready while its parts are created', async () => {
    const seen: number[] = [];
    const { app, portOf } = run({
      parts: async (_base, port) => {
        seen.push(await health(port, '/healthz'), await health(port));
      },
    });
    const { stop } = await app;

    expect(seen).toEqual([200, 503]);
    expect(await health(portOf())).toBe(200);
    await stop();
  });
});
