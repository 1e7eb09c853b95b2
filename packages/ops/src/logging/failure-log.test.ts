import { pino } from 'pino';
import { createFailureLog } from './failure-log';

const MINUTE_MS = 60_000;

const setUp = (level = 'info') => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level, base: {} }, { write: (line) => lines.push(JSON.parse(line)) });
  const logFailure = createFailureLog();
  const fail = (
    key = 'STORE_UNAVAILABLE',
    fields: Readonly<Record<string, unknown>> = {},
  ): void => {
    logFailure({ log, level: 'warn', key, fields: { reason: key, ...fields }, message: 'Failed.' });
  };
  return { lines, fail };
};

describe('the failure log', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('an outage is logged when it begins, once a minute, and when it ends', () => {
    const { lines, fail } = setUp();
    for (let second = 0; second < 150; second += 1) {
      for (let call = 0; call < 200; call += 1) fail();
      jest.advanceTimersByTime(1_000);
    }
    jest.advanceTimersByTime(3 * MINUTE_MS);
    expect(lines).toMatchObject([
      { msg: 'Failed.', reason: 'STORE_UNAVAILABLE' },
      { msg: 'Failed.', repeats: 60 * 200 - 1 },
      { msg: 'Failed.', repeats: 60 * 200 },
      { msg: 'Failed.', repeats: 30 * 200 },
      { msg: 'Resolved: Failed.', failure: 'STORE_UNAVAILABLE', total: 150 * 200 },
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('a repeat line shows the last of the counted failures', () => {
    const { lines, fail } = setUp();
    fail('A', { requestId: '1' });
    fail('A', { requestId: '2' });
    fail('A', { requestId: '3' });
    jest.advanceTimersByTime(MINUTE_MS);
    expect(lines).toMatchObject([{ requestId: '1' }, { requestId: '3', repeats: 2 }]);
  });

  it('a single failure gets one line, and a failure after a quiet minute a new one', () => {
    const { lines, fail } = setUp();
    fail();
    jest.advanceTimersByTime(MINUTE_MS);
    expect(lines).toHaveLength(1);
    fail();
    expect(lines).toHaveLength(2);
  });

  it('kinds of failure are counted separately, up to a maximum', () => {
    const { lines, fail } = setUp();
    for (let kind = 0; kind < 1_000; kind += 1) fail(`KIND_${kind}`);
    expect(lines).toHaveLength(33);
    jest.advanceTimersByTime(MINUTE_MS);
    expect(lines.slice(33)).toMatchObject([{ repeats: 967 }]);
  });

  it('every failure is logged at level debug', () => {
    const { lines, fail } = setUp('debug');
    fail();
    fail();
    fail();
    expect(lines).toHaveLength(3);
  });
});
