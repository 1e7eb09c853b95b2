import type { HealthAnswer } from '@flashreserve/rpc';
import { createReadiness } from './readiness';

const answers = (answer: HealthAnswer) => ({ check: async () => answer });

const withRedis = (pingRedis: () => Promise<unknown>) =>
  createReadiness({
    reservation: answers('serving'),
    catalog: answers('serving'),
    pingRedis,
  }).check();

describe('readiness of the worker', () => {
  it('readiness requires reservation, catalog and Redis, and reports why one is down', async () => {
    const readiness = createReadiness({
      reservation: answers('late'),
      catalog: answers('serving'),
      pingRedis: async () => 'PONG',
    });
    await expect(readiness.check()).resolves.toEqual({
      ready: false,
      dependencies: { reservation: 'down', catalog: 'up', redis: 'up' },
      reasons: { reservation: 'No instance answers in time.' },
    });
  });

  it('messages of the Redis client, which may contain a password, are never exposed', async () => {
    const connectionError = new Error('connect ECONNREFUSED redis://user:secret@10.0.0.1');
    const replyError = Object.assign(new Error('NOAUTH for user secret'), { name: 'ReplyError' });
    const reports = await Promise.all([
      withRedis(() => Promise.reject(connectionError)),
      withRedis(() => Promise.reject(replyError)),
      withRedis(() => Promise.reject(new Error('Command timed out'))),
    ]);
    expect(reports.map(({ reasons }) => reasons['redis'])).toEqual([
      'Cannot connect. The sweep still expires reservations.',
      'It answers with an error.',
      'It does not answer in time.',
    ]);
  });

  it('a stopping worker is not ready', async () => {
    const readiness = createReadiness({
      reservation: answers('serving'),
      catalog: answers('serving'),
      pingRedis: async () => 'PONG',
    });
    readiness.turnOff();
    await expect(readiness.check()).resolves.toMatchObject({
      ready: false,
      reasons: { 'expiry-worker': 'This instance is stopping.' },
    });
  });
});
