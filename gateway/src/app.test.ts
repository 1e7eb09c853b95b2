import { connect, createServer } from 'node:net';
import { createSilentLogger, loadConfig } from '@flashreserve/ops';
import { createApp } from './app';
import { configSchema } from './config';
import { send } from './testing/http-client';

const NOWHERE = 'ipv4:127.0.0.1:9';

describe('a gateway without services', () => {
  it('without services the gateway starts, is not ready, returns 503 without addresses, and stops', async () => {
    const config = loadConfig(configSchema, {
      HOST: '127.0.0.1',
      PORT: '0',
      AUTH_ADDRESS: NOWHERE,
      CATALOG_ADDRESS: NOWHERE,
      RESERVATION_ADDRESS: NOWHERE,
      GATEWAY_CLIENT_SECRET: 'x'.repeat(32),
    });
    const app = await createApp(config, { log: createSilentLogger() });
    const body = { email: 'a@example.com', password: 'long-enough' };
    const [ready, products, login, me] = await Promise.all([
      send(app.port, 'GET /readyz'),
      send(app.port, 'GET /products'),
      send(app.port, 'POST /auth/login', { body }),
      send(app.port, 'GET /auth/me', { token: 'eyJhbGciOiJSUzI1NiJ9.e30.e30' }),
    ]);
    await app.stop();
    expect(ready?.json).toMatchObject({ status: 503, reason: 'NOT_READY' });
    for (const answer of [products, login]) {
      expect(answer?.json).toMatchObject({ status: 503, reason: 'AUTH_UNAVAILABLE' });
      expect(answer?.text).not.toContain('127.0.0.1');
    }
    expect(me?.status).toBe(401);
  });
});

describe('a gateway that cannot start', () => {
  /** A port that is already in use. */
  const takePort = () =>
    new Promise<{ readonly port: number; readonly free: () => void }>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        resolve({ port, free: () => server.close() });
      });
    });
  const isOpen = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });

  it('a gateway that fails to start leaves nothing running', async () => {
    const taken = await takePort();
    const metrics = await takePort();
    metrics.free();
    const config = loadConfig(configSchema, {
      HOST: '127.0.0.1',
      PORT: String(taken.port),
      METRICS_PORT: String(metrics.port),
      AUTH_ADDRESS: NOWHERE,
      CATALOG_ADDRESS: NOWHERE,
      RESERVATION_ADDRESS: NOWHERE,
      GATEWAY_CLIENT_SECRET: 'x'.repeat(32),
    });
    await expect(createApp(config, { log: createSilentLogger() })).rejects.toThrow('EADDRINUSE');
    expect(await isOpen(metrics.port)).toBe(false);
    taken.free();
  });
});
