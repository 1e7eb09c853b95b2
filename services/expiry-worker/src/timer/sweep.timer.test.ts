import { createSilentLogger } from '@flashreserve/ops';
import { createSweepTimer } from './sweep.timer';

/**
 * A timer with simulated time: pauses are recorded and pass at once; `finished` after `pauses` of
 * them.
 */
const setUp = (options: {
  readonly sweep: (signal: AbortSignal, advanceMs: (ms: number) => void) => Promise<unknown>;
  readonly pauses: number;
  readonly random?: number;
}) => {
  let nowMs = 0;
  const rests: number[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const log = createSilentLogger();
  const timer = createSweepTimer({
    sweep: async (signal) => {
      const failed = await options.sweep(signal, (ms) => {
        nowMs += ms;
      });
      return { failed: typeof failed === 'number' ? failed : 0 };
    },
    intervalMs: 30_000,
    log,
    random: () => options.random ?? 0.5,
    elapsedMs: () => nowMs,
    pause: async (ms, signal) => {
      rests.push(ms);
      nowMs += ms;
      if (rests.length < options.pauses || signal.aborted) return;
      finish();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    },
  });
  return { ...timer, rests, finished, log };
};

describe('the sweep timer', () => {
  it('a sweep runs at start and then every 0.7 to 0.9 intervals', async () => {
    for (const [random, expected] of [
      [0, 21_000],
      [1, 27_000],
    ] as const) {
      const sweep = jest.fn(async () => undefined);
      const timer = setUp({ sweep, pauses: 3, random });

      timer.start();
      await timer.finished;
      await timer.stop();

      expect(sweep).toHaveBeenCalledTimes(3);
      expect(timer.rests).toEqual([expected, expected, expected]);
    }
  });

  it('the duration of a sweep counts towards the interval', async () => {
    const timer = setUp({ sweep: async (_signal, advanceMs) => advanceMs(20_000), pauses: 1 });

    timer.start();
    await timer.finished;
    await timer.stop();

    expect(timer.rests).toEqual([4_000]);
  });

  it('sweeps never overlap and are a minimum pause apart, even if one exceeds the interval', async () => {
    let underWay = 0;
    let underWayMax = 0;
    const timer = setUp({
      sweep: async (_signal, advanceMs) => {
        underWay += 1;
        underWayMax = Math.max(underWayMax, underWay);
        advanceMs(100_000);
        await Promise.resolve();
        underWay -= 1;
      },
      pauses: 3,
    });

    timer.start();
    await timer.finished;
    await timer.stop();

    expect(underWayMax).toBe(1);
    expect(timer.rests).toEqual([100, 100, 100]);
  });

  it('a failed sweep is logged and retried with exponential backoff', async () => {
    let sweeps = 0;
    const timer = setUp({
      sweep: async () => {
        sweeps += 1;
        if (sweeps <= 6) throw new Error('away');
      },
      pauses: 7,
    });
    const error = jest.spyOn(timer.log, 'error');

    timer.start();
    await timer.finished;
    await timer.stop();

    expect(timer.rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 24_000, 24_000]);
    expect(error).toHaveBeenCalledTimes(6);
  });

  it('a sweep that could not settle everything is retried soon', async () => {
    let sweeps = 0;
    const timer = setUp({
      sweep: async () => {
        sweeps += 1;
        return sweeps <= 2 ? 1 : 0;
      },
      pauses: 3,
    });

    timer.start();
    await timer.finished;
    await timer.stop();

    expect(timer.rests).toEqual([1_000, 2_000, 24_000]);
  });

  it('a stop in the middle of a sweep is not logged as a failure', async () => {
    const timer = setUp({
      sweep: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('cancelled'));
          });
        }),
      pauses: 1,
    });
    const error = jest.spyOn(timer.log, 'error');

    timer.start();
    await timer.stop();

    expect(error).not.toHaveBeenCalled();
  });

  it('a stop during a real pause takes effect at once', async () => {
    const timer = createSweepTimer({
      sweep: async () => ({ failed: 0 }),
      intervalMs: 3_600_000,
      log: createSilentLogger(),
    });

    timer.start();
    await timer.stop();
  });
});
