import { loadConfig } from '@flashreserve/ops';
import { configSchema } from './config';

const SECRET = { GATEWAY_CLIENT_SECRET: 'x'.repeat(32) };

describe('the gateway’s configuration', () => {
  it('only the client secret is required', () => {
    expect(loadConfig(configSchema, SECRET)).toMatchObject({
      PORT: 3000,
      AUTH_ADDRESS: 'dns:///localhost:50051',
      WORKER_URL: 'http://localhost:3100',
      TRUST_PROXY_HOPS: 0,
    });
  });

  it('GATEWAY_PROCESSES is 1 by default, a number up to 64, or auto', () => {
    const read = (GATEWAY_PROCESSES: string) =>
      loadConfig(configSchema, { ...SECRET, GATEWAY_PROCESSES }).GATEWAY_PROCESSES;

    expect([read(''), read('64'), read('auto')]).toEqual([1, 64, 'auto']);
    for (const wrong of ['0', '65', '1.5', '-1', 'all', '1e1']) {
      expect(() => read(wrong)).toThrow('must be auto or a whole number from 1 to 64');
    }
  });

  it('PUBLIC_URL may have a trailing slash', () => {
    const config = loadConfig(configSchema, { ...SECRET, PUBLIC_URL: 'https://shop.example/' });
    expect(config.PUBLIC_URL).toBe('https://shop.example');
  });

  it('CORS_ORIGINS is a list of exact origins, empty by default', () => {
    const read = (CORS_ORIGINS: string) =>
      loadConfig(configSchema, { ...SECRET, CORS_ORIGINS }).CORS_ORIGINS;

    expect(read('')).toEqual([]);
    expect(read('https://shop.example, http://localhost:5173,')).toEqual([
      'https://shop.example',
      'http://localhost:5173',
    ]);
  });

  it.each([
    '*',
    'null',
    'shop.example',
    'https://*.shop.example',
    'https://shop.example/',
    'https://shop.example:443',
    'https://Shop.example',
    'https://user:password@shop.example',
    'file:///page.html',
    'https://shop.example https://other.example',
  ])('an origin that is not exact is rejected: %s', (CORS_ORIGINS) => {
    expect(() => loadConfig(configSchema, { ...SECRET, CORS_ORIGINS })).toThrow('CORS_ORIGINS');
  });

  it('all configuration errors are reported at once', () => {
    const load = () =>
      loadConfig(configSchema, { PORT: '70000', WORKER_URL: 'worker', TRUST_PROXY_HOPS: '-1' });
    for (const name of ['GATEWAY_CLIENT_SECRET', 'PORT', 'WORKER_URL', 'TRUST_PROXY_HOPS']) {
      expect(load).toThrow(name);
    }
  });
});
