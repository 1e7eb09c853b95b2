import type { HealthAnswer } from '@flashreserve/rpc';
import { createReadiness } from './readiness';

const createProbe = (answer: HealthAnswer) => {
  let asked = 0;
  return {
    check: async () => {
      asked += 1;
      return answer;
    },
    timesAsked: () => asked,
  };
};

describe('readiness', () => {
  it('concurrent checks share one probe per service', async () => {
    const probe = createProbe('serving');
    const readiness = createReadiness({ auth: probe, catalog: probe, reservation: probe });
    const answers = await Promise.all(Array.from({ length: 50 }, () => readiness.check()));
    expect(answers.every(({ ready }) => ready)).toBe(true);
    expect(probe.timesAsked()).toBe(3);
  });

  it('readiness names each service that is down, with a fixed reason', async () => {
    const readiness = createReadiness({
      auth: createProbe('serving'),
      catalog: createProbe('unreachable'),
      reservation: createProbe('not-serving'),
    });
    await expect(readiness.check()).resolves.toEqual({
      ready: false,
      dependencies: { auth: 'up', catalog: 'down', reservation: 'down' },
      reasons: {
        catalog: 'No instance is reachable.',
        reservation: expect.stringContaining('its store is unavailable'),
      },
    });
  });

  it('a stopping gateway is not ready, even if every service is up', async () => {
    const up = createProbe('serving');
    const readiness = createReadiness({ auth: up, catalog: up, reservation: up });
    readiness.turnOff();
    await expect(readiness.check()).resolves.toEqual({
      ready: false,
      dependencies: { auth: 'up', catalog: 'up', reservation: 'up' },
      reasons: { gateway: 'This instance is stopping.' },
    });
  });
});
