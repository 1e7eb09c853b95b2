import { EventEmitter } from 'node:events';
import type { StockFrame } from './stock-board';
import { createStreamWriter } from './stream-writer';

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
