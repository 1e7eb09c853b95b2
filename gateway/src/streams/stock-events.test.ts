import { EventEmitter } from 'node:events';
import {
  createStockPacer,
  createStreamWriter,
  type Deliveries,
  INTERVAL_PER_STREAM_MS,
  type StockFrame,
} from './stock-events';

/** A response whose socket buffer the test fills and drains. */
const createResponse = () => {
  const events = new EventEmitter();
  const state = { isFull: false, ended: false, destroyed: false };
  const written: string[] = [];
  const res = Object.assign(events, {
    write: (frame: string): boolean => {
      written.push(frame);
      return !state.isFull;
    },
    end: () => {
      state.ended = true;
    },
    destroy: () => {
      state.destroyed = true;
    },
  });
  return {
    res: res as unknown as Parameters<typeof createStreamWriter>[0],
    events,
    state,
    written,
  };
};

/** Frames whose first letter is the product. */
const frames = (...texts: readonly string[]): readonly StockFrame[] =>
  texts.map((text) => ({ productId: text.charAt(0), text }));

describe('a stream', () => {
  it('all changes are written at once', () => {
    const { res, written } = createResponse();
    createStreamWriter(res).offer(frames('a1', 'b1'));
    expect(written).toEqual(['a1b1']);
  });

  it('only the newest frame of each product is kept while the client is behind', () => {
    const { res, events, state, written } = createResponse();
    const writer = createStreamWriter(res);
    state.isFull = true;
    for (const frame of ['a1', 'a2', 'b1', 'a3']) writer.offer(frames(frame));
    writer.offerExtra('lost');
    expect(written).toEqual(['a1']);

    state.isFull = false;
    events.emit('drain');

    expect(written).toEqual(['a1', 'a3', 'b1']);
  });

  it('writing pauses again when the client falls behind again, and nothing is lost', () => {
    const { res, events, state, written } = createResponse();
    const writer = createStreamWriter(res);
    state.isFull = true;
    for (const frame of ['a1', 'b1', 'c1']) writer.offer(frames(frame));
    events.emit('drain');
    expect(written).toEqual(['a1', 'b1']);

    events.emit('drain');

    expect(written).toEqual(['a1', 'b1', 'c1']);
  });

  it('a client that reads nothing in time is disconnected, one that reads is not', () => {
    jest.useFakeTimers();
    try {
      const { res, events, state } = createResponse();
      const writer = createStreamWriter(res, { stalledMs: 1_000 });
      state.isFull = true;
      writer.offer(frames('a1'));
      jest.advanceTimersByTime(999);
      events.emit('drain');
      jest.advanceTimersByTime(5_000);
      expect(state.destroyed).toBe(false);

      writer.offer(frames('a2'));
      jest.advanceTimersByTime(1_000);

      expect(state.destroyed).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  it('nothing is written after the end', () => {
    const { res, state, written } = createResponse();
    const writer = createStreamWriter(res);
    writer.end();
    writer.offer(frames('a1'));
    expect([written, state.ended]).toEqual([[], true]);
  });
});

/** A pacer with this many streams; records the times of their events, in milliseconds. */
const startPacer = (streams: number) => {
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

describe('the stock pacer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('a change is sent at once, and those that follow 100 ms later', () => {
    const { pacer, told } = startPacer(1);
    pacer.wake();
    jest.advanceTimersByTime(1);
    pacer.wake();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(told).toEqual([[0, 100]]);
  });

  it('a stream gets at most ten events a second, however often the stock changes', () => {
    const { pacer, told } = startPacer(3);
    for (let elapsed = 0; elapsed < 1_000; elapsed += 5) {
      pacer.wake();
      jest.advanceTimersByTime(5);
    }
    expect(told.map(shortestGap)).toEqual([100, 100, 100]);
  });

  it('thousands of streams get fewer events each, and all the same ones', () => {
    const { pacer, told } = startPacer(5_000);
    for (let elapsed = 0; elapsed < 4_500; elapsed += 10) {
      pacer.wake();
      jest.advanceTimersByTime(10);
    }
    const gaps = new Set(told.map(shortestGap));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000 * INTERVAL_PER_STREAM_MS);
    expect(new Set(told.map(({ length }) => length))).toEqual(new Set([5]));
  });

  it('a change during a delivery is sent afterwards', () => {
    const { pacer, told } = startPacer(300);
    pacer.wake();
    jest.advanceTimersToNextTimer();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(new Set(told.map(({ length }) => length))).toEqual(new Set([2]));
  });

  it('nothing is sent after a stop', () => {
    const { pacer, told } = startPacer(1);
    pacer.wake();
    pacer.stop();
    pacer.wake();
    jest.advanceTimersByTime(1_000);

    expect(told).toEqual([[]]);
  });
});
