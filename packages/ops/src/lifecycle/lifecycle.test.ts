import { setTimeout as pause } from 'node:timers/promises';
import { createSilentLogger } from '../logging/logger';
import { leaveRotation } from './leave-rotation';
import { createLifecycle } from './lifecycle';

describe('lifecycle', () => {
  it('steps are stopped once, in reverse order', async () => {
    const lifecycle = createLifecycle({ log: createSilentLogger() });
    const stopped: string[] = [];
    for (const name of ['store', 'client', 'server']) {
      lifecycle.onStop(name, () => {
        stopped.push(name);
      });
    }

    await Promise.all([lifecycle.stop(), lifecycle.stop()]);

    expect(stopped).toEqual(['server', 'client', 'store']);
  });

  it('the stop continues if a step fails or hangs', async () => {
    const lifecycle = createLifecycle({ log: createSilentLogger(), stepTimeoutMs: 10 });
    const stopped: string[] = [];
    lifecycle.onStop('last', () => {
      stopped.push('last');
    });
    lifecycle.onStop('hangs', () => new Promise(() => undefined));
    lifecycle.onStop('fails', () => {
      throw new Error('no');
    });

    await lifecycle.stop();

    expect(stopped).toEqual(['last']);
  });

  it('a step may set its own time limit', async () => {
    const lifecycle = createLifecycle({ log: createSilentLogger(), stepTimeoutMs: 10 });
    const stopped: string[] = [];
    lifecycle.onStop('store', () => {
      stopped.push('store');
    });
    lifecycle.onStop(
      'long',
      async () => {
        await pause(50);
        stopped.push('long');
      },
      { timeoutMs: 60_000 },
    );

    await lifecycle.stop();

    expect(stopped).toEqual(['long', 'store']);
  });
});

describe('draining', () => {
  it('a stopping component is not ready at once and keeps serving for the drain wait', async () => {
    const lifecycle = createLifecycle({ log: createSilentLogger(), stepTimeoutMs: 10 });
    let turnedOffAt = Number.NaN;
    let serverStoppedAt = Number.NaN;
    lifecycle.onStop('server', () => {
      serverStoppedAt = performance.now();
    });
    leaveRotation(lifecycle, {
      turnOff: () => {
        turnedOffAt = performance.now();
      },
      waitMs: 60,
    });

    const askedAt = performance.now();
    await lifecycle.stop();

    expect(turnedOffAt - askedAt).toBeLessThan(40);
    expect(serverStoppedAt - turnedOffAt).toBeGreaterThanOrEqual(55);
  });
});
