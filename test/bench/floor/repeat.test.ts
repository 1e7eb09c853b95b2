import { setTimeout as pause } from 'node:timers/promises';
import { DONE, repeat } from './repeat';

describe('repeated work', () => {
  it('as much is in flight as asked, and all of it has ended at the end', async () => {
    let running = 0;
    let most = 0;
    let ended = 0;
    const outcome = await repeat({ seconds: 0.1, inFlight: 5 }, async () => {
      running += 1;
      most = Math.max(most, running);
      await pause(2);
      running -= 1;
      ended += 1;
    });
    expect({ most, running }).toEqual({ most: 5, running: 0 });
    expect(outcome).toMatchObject({ answers: { [DONE]: ended }, errors: 0 });
    expect(outcome.latencyMs.p50).toBeGreaterThan(0);
  });

  it('failed work is an error, does not count, and does not end the run', async () => {
    let turns = 0;
    const outcome = await repeat({ seconds: 0.05, inFlight: 1 }, async () => {
      turns += 1;
      await pause(1);
      if (turns % 2 === 0) throw new Error('It failed.');
    });
    expect(outcome.errors).toBe(Math.floor(turns / 2));
    expect(outcome.answers).toEqual({ [DONE]: Math.ceil(turns / 2) });
    expect(turns).toBeGreaterThan(2);
  });
});
