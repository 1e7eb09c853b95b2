import { createSilentLogger } from '../logging';
import { createLifecycle } from './lifecycle';

describe('lifecycle', () => {
  it('stops in the opposite order of starting, once', async () => {
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

  it('goes on when a step fails or hangs', async () => {
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
});
