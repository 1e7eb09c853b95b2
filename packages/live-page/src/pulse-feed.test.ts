import { createTestClock } from '@flashreserve/ops';
import { createPulse, type PulseSecond } from './pulse';
import { createPulseFeed } from './pulse-feed';

const START = new Date('2026-11-22T12:00:00.000Z');
const SECOND = START.getTime() / 1_000;

const secondsIn = (frames: readonly string[]): readonly PulseSecond[] =>
  frames.flatMap((frame) => {
    const [, data = ''] = /^event: pulse\ndata: (.*)\n\n$/.exec(frame) ?? [];
    return (JSON.parse(data) as { readonly seconds: PulseSecond[] }).seconds;
  });

const start = () => {
  const clock = createTestClock(START);
  const pulse = createPulse({ clock });
  const feed = createPulseFeed(pulse);
  const pass = (): void => {
    clock.advanceMs(1_000);
    jest.advanceTimersByTime(1_000);
  };
  return { pulse, feed, pass };
};

describe('the pulse of the event stream', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('a listener gets the recent seconds first and then each new one, without a gap', () => {
    const { feed, pulse, pass } = start();
    pulse.record({ method: 'POST', route: '/reservations', status: 201, ms: 3 });
    pass();
    const frames: string[] = [];

    feed.listen((frame) => frames.push(frame));
    pass();
    pass();

    const seconds = secondsIn(frames);
    expect(seconds.map(({ time }) => time - SECOND)).toEqual([0, 1, 2]);
    expect(seconds[0]?.accepted).toBe(1);
  });

  it('all listeners get the same text', () => {
    const { feed, pass } = start();
    const [first, second]: [string[], string[]] = [[], []];
    feed.listen((frame) => first.push(frame));
    feed.listen((frame) => second.push(frame));

    pass();

    expect(secondsIn(first)).toHaveLength(1);
    expect(second).toEqual(first);
  });

  it('a listener that stops gets nothing more, and the last one stops the timer', () => {
    const { feed, pass } = start();
    const frames: string[] = [];
    const stopFirst = feed.listen((frame) => frames.push(frame));
    const stopSecond = feed.listen(() => {});

    stopFirst();
    pass();
    expect(secondsIn(frames)).toEqual([]);
    expect(jest.getTimerCount()).toBe(1);

    stopSecond();
    expect(jest.getTimerCount()).toBe(0);
  });
});
