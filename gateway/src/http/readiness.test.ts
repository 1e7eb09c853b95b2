import { createReadiness } from './readiness';

const createProbe = (answers: { serving: boolean }) => {
  let asked = 0;
  return {
    isServing: async () => {
      asked += 1;
      return answers.serving;
    },
    timesAsked: () => asked,
  };
};

describe('readiness', () => {
  it('asks each service once for all askers of a moment', async () => {
    const probe = createProbe({ serving: true });
    const readiness = createReadiness({ auth: probe, catalog: probe, reservation: probe });
    const answers = await Promise.all(Array.from({ length: 50 }, () => readiness.check()));
    expect(answers.every(({ ready }) => ready)).toBe(true);
    expect(probe.timesAsked()).toBe(3);
  });

  it('names the service that does not answer', async () => {
    const up = createProbe({ serving: true });
    const down = createProbe({ serving: false });
    const readiness = createReadiness({ auth: up, catalog: up, reservation: down });
    await expect(readiness.check()).resolves.toEqual({
      ready: false,
      dependencies: { auth: 'up', catalog: 'up', reservation: 'down' },
    });
  });
});
