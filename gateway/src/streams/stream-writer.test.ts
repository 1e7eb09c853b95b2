import { EventEmitter } from 'node:events';
import type { StockFrame } from './stock-board';
import { createStreamWriter } from './stream-writer';

/** A response whose socket is full whenever the test says so. */
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

/** Frames of the product that their first letter names. */
const frames = (...texts: readonly string[]): readonly StockFrame[] =>
  texts.map((text) => ({ productId: text.charAt(0), text }));

describe('a stream', () => {
  it('writes all that has changed at once', () => {
    const { res, written } = createResponse();
    createStreamWriter(res).offer(frames('a1', 'b1'));
    expect(written).toEqual(['a1b1']);
  });

  it('keeps only the newest frame of each product while its client is behind', () => {
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

  it('stops again when the client is behind once more, and loses nothing', () => {
    const { res, events, state, written } = createResponse();
    const writer = createStreamWriter(res);
    state.isFull = true;
    for (const frame of ['a1', 'b1', 'c1']) writer.offer(frames(frame));
    events.emit('drain');
    expect(written).toEqual(['a1', 'b1']);

    events.emit('drain');

    expect(written).toEqual(['a1', 'b1', 'c1']);
  });

  it('is cut off when its client takes nothing in time, and not when it does', () => {
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

  it('writes nothing after its end', () => {
    const { res, state, written } = createResponse();
    const writer = createStreamWriter(res);
    writer.end();
    writer.offer(frames('a1'));
    expect([written, state.ended]).toEqual([[], true]);
  });
});
