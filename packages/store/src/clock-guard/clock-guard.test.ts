import { createSilentLogger } from '@flashreserve/ops';
import { certainSkewMs, createClockGuard } from './clock-guard';

const TRUE_TIME = Date.UTC(2026, 0, 1);

/**
 * A reading by a clock that is off by `skewMs`; the reply takes `tookMs` and is stamped halfway.
 */
const reading = (skewMs: number, tookMs = 2) => ({
  asked: new Date(TRUE_TIME + skewMs),
  other: new Date(TRUE_TIME + tookMs / 2),
  answered: new Date(TRUE_TIME + skewMs + tookMs),
});

const start = (skewMaxMs = 5_000) => {
  const reported: number[] = [];
  const guard = createClockGuard({
    skewMaxMs,
    log: createSilentLogger(),
    report: (seconds) => reported.push(seconds),
  });
  const calls = guard.around({ decide: async () => 'decided', read: async () => 'read' }, [
    'decide',
  ]);
  return { guard, calls, reported };
};

describe('certainSkewMs', () => {
  it.each([
    [0, 2, 0],
    [600_000, 2, 599_999],
    [-600_000, 2, -599_999],
    // The reply may have been stamped at any point in these eight seconds.
    [3_000, 8_000, 0],
    [-3_000, 8_000, 0],
  ])(
    'the certain skew of a clock %d ms off, with a reply after %d ms, is %d',
    (skewMs, tookMs, certain) => {
      expect(certainSkewMs(reading(skewMs, tookMs))).toBe(certain);
    },
  );
});

describe('createClockGuard', () => {
  it('guarded calls are refused until the first reading', async () => {
    const { guard, calls } = start();

    await expect(calls.decide()).rejects.toMatchObject({ reason: 'CLOCK_SKEW' });
    guard.compare(reading(0));

    expect(await calls.decide()).toBe('decided');
  });

  it.each([600_000, -600_000, 86_400_000, 5_002, -5_002])(
    'a clock %d ms off at startup refuses the guarded calls and no others',
    async (skewMs) => {
      const { guard, calls, reported } = start();

      guard.compare(reading(skewMs));

      expect(guard.isRight()).toBe(false);
      await expect(calls.decide()).rejects.toMatchObject({
        kind: 'unavailable',
        reason: 'CLOCK_SKEW',
      });
      expect(await calls.read()).toBe('read');
      expect(reported).toEqual([certainSkewMs(reading(skewMs)) / 1_000]);
    },
  );

  it.each([2_000, -2_000, 5_000])('a clock that is %d ms off is tolerated', async (skewMs) => {
    const { guard, calls } = start();

    guard.compare(reading(skewMs));

    expect(await calls.decide()).toBe('decided');
  });

  it('the verdict on the clock changes after two matching readings in a row, in both directions', () => {
    const { guard } = start();
    const seen = [0, 600_000, 0, 600_000, 600_000, 0, 600_000, 0, 0].map((skewMs) => {
      guard.compare(reading(skewMs));
      return `${guard.isRight() ? 'right' : 'wrong'}${guard.isSure() ? '' : '?'}`;
    });

    expect(seen).toEqual([
      ...['right', 'right?', 'right', 'right?', 'wrong'],
      ...['wrong?', 'wrong', 'wrong?', 'right'],
    ]);
  });

  it('a rejected token is reported as CLOCK_SKEW only while the clock is wrong', async () => {
    const { guard } = start();
    const verify = guard.explain(async (token: string) => {
      if (token === 'good') return 'caller';
      throw new Error('too old');
    });
    guard.compare(reading(0));
    await expect(verify('old')).rejects.toThrow('too old');

    guard.compare(reading(600_000));
    guard.compare(reading(600_000));

    await expect(verify('old')).rejects.toMatchObject({ reason: 'CLOCK_SKEW' });
    expect(await verify('good')).toBe('caller');
  });

  it('a maximum skew of 0 turns the clock guard off', async () => {
    const { guard, calls } = start(0);

    expect(guard.isOn).toBe(false);
    expect(guard.isRight()).toBe(true);
    expect(await calls.decide()).toBe('decided');
  });
});
