import type { Deliveries } from './stock-board';
import { createStockPacer, INTERVAL_PER_STREAM_MS } from './stock-pacer';

/** A pacer with this many streams; records the times of their events, in milliseconds. */
const createWorld = (streams: number) => {
  const startedAt = Date.now();
  const told: number[][] = Array.from({ length: streams }, () => []);
  const deliveries: Deliveries = told.map((times) => ({
    writer: {
      offer: () => {
        times.push(Date.now() - startedAt);
      },
      offerExtra: () => undefined,
      end: () => undefined,
    },
    frames: [],
  }));
  const pacer = createStockPacer(
    () => deliveries,
    () => Date.now(),
  );
  return { pacer, told };
};

/** The shortest interval between two events of a stream. */
const shortestGap = (times: readonly number[]): number =>
  Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the stock pacer', () => {
  it('a change is sent at once, and those that follow 100 ms later', () => {
    const { pacer, told } = createWorld(1);
    pacer.wake();
    jest.advanceTimersByTime(1);
    pacer.wake();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(told).toEqual([[0, 100]]);
  });

  it('a stream gets at most ten events a second, however often the stock changes', () => {
    const { pacer, told } = createWorld(3);
    for (let elapsed = 0; elapsed < 1_000; elapsed += 5) {
      pacer.wake();
      jest.advanceTimersByTime(5);
    }
    expect(told.map(shortestGap)).toEqual([100, 100, 100]);
  });

  it('thousands of streams get fewer events each, and all the same ones', () => {
    const { pacer, told } = createWorld(5_000);
    for (let elapsed = 0; elapsed < 4_500; elapsed += 10) {
      pacer.wake();
      jest.advanceTimersByTime(10);
    }
    const gaps = new Set(told.map(shortestGap));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000 * INTERVAL_PER_STREAM_MS);
    expect(new Set(told.map(({ length }) => length))).toEqual(new Set([5]));
  });

  it('a change during a delivery is sent afterwards', () => {
    const { pacer, told } = createWorld(300);
    pacer.wake();
    jest.advanceTimersToNextTimer();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(new Set(told.map(({ length }) => length))).toEqual(new Set([2]));
  });

  it('nothing is sent after a stop', () => {
    const { pacer, told } = createWorld(1);
    pacer.wake();
    pacer.stop();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(told).toEqual([[]]);
  });
});
