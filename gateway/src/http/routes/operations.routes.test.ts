import { ask } from '../../testing/ask';
import { send } from '../../testing/http-client';
import { startTestGateway } from '../../testing/start-test-gateway';

describe('operations', () => {
  it('GET /readyz is 200 only while every service answers', async () => {
    const up = await ask('GET /readyz');
    expect([up.status, up.json]).toEqual([
      200,
      { status: 'ready', dependencies: { auth: 'up', catalog: 'up', reservation: 'up' } },
    ]);
    const down = await ask('GET /readyz', {}, { isServing: (name) => name !== 'catalog' });
    expect(down.json).toMatchObject({
      status: 503,
      reason: 'NOT_READY',
      dependencies: { auth: 'up', catalog: 'down', reservation: 'up' },
      reasons: { catalog: expect.stringContaining('The service reports NOT_SERVING') },
    });
    expect((await ask('GET /healthz', {}, { isServing: () => false })).status).toBe(200);
  });

  it('GET /readyz is 503 once the gateway stops', async () => {
    const gateway = await startTestGateway();
    gateway.readiness.turnOff();
    const answer = await send(gateway.port, 'GET /readyz');
    await gateway.stop();
    expect(answer).toMatchObject({
      status: 503,
      json: { reasons: { gateway: 'This instance is stopping.' } },
    });
  });
});
