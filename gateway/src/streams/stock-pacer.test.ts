import type { Deliveries } from './stock-board';
import { createStockPacer, INTERVAL_PER_STREAM_MS } from './stock-pacer';

/** A pacer of this many streams, and when each of them was told, in milliseconds. */
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

/** The shortest time between two events of a stream. */
const shortestGap = (times: readonly number[]): number =>
  Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the pacer of stock', () => {
  it('tells of a change at once, and of those that follow 100 ms later', () => {
    const { pacer, told } = createWorld(1);
    pacer.wake();
    jest.advanceTimersByTime(1);
    pacer.wake();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(told).toEqual([[0, 100]]);
  });

  it('tells nobody more than ten times a second, however often something changes', () => {
    const { pacer, told } = createWorld(3);
    for (let elapsed = 0; elapsed < 1_000; elapsed += 5) {
      pacer.wake();
      jest.advanceTimersByTime(5);
    }
    expect(told.map(shortestGap)).toEqual([100, 100, 100]);
  });

  it('tells thousands less often, and each of them the same', () => {
    const { pacer, told } = createWorld(5_000);
    for (let elapsed = 0; elapsed < 4_500; elapsed += 10) {
      pacer.wake();
      jest.advanceTimersByTime(10);
    }
    const gaps = new Set(told.map(shortestGap));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000 * INTERVAL_PER_STREAM_MS);
    expect(new Set(told.map(({ length }) => length))).toEqual(new Set([5]));
  });

  it('does not forget a change that comes while it tells', () => {
    const { pacer, told } = createWorld(300);
    pacer.wake();
    jest.advanceTimersToNextTimer();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(new Set(told.map(({ length }) => length))).toEqual(new Set([2]));
  });

  it('tells nobody after its end', () => {
    const { pacer, told } = createWorld(1);
    pacer.wake();
    pacer.stop();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(told).toEqual([[]]);
  });
});
