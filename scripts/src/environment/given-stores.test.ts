import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ensureStoresAnswer, hostsOf } from './given-stores';

/** A port that accepts connections and never responds. */
const startSilence = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
};

describe('stores given by address', () => {
  it('unresponsive stores fail the start within the timeout, with one message for both', async () => {
    const silence = await startSilence();
    const said: string[] = [];
    const startedAt = performance.now();

    const asking = ensureStoresAnswer(
      {
        mongoUri: `mongodb://shop:canary@127.0.0.1:${silence.port}/?directConnection=true`,
        redisUrl: 'redis://:canary@127.0.0.1:1',
      },
      { timeoutMs: 1_500, say: (line) => said.push(line) },
    );

    await expect(asking).rejects.toThrow(
      /^MONGO_URI: the MongoDB at 127\.0\.0\.1:\d+ cannot be used: [^\n]+\nREDIS_URL: the Redis at 127\.0\.0\.1:1 cannot be used: [^\n]+$/,
    );
    await expect(asking).rejects.not.toThrow('canary');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(said).toHaveLength(2);
    expect(said.join()).not.toContain('canary');
    silence.stop();
  });

  it('messages name a store by its hosts only', () => {
    expect(hostsOf('mongodb://user:pass@a:1,b:2/db?replicaSet=rs')).toBe('a:1,b:2');
    expect(hostsOf('redis://:pass@cache:6379/0')).toBe('cache:6379');
  });
});
