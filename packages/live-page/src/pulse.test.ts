import { createTestClock } from '@flashreserve/ops';
import { createPulse, PULSE_SECONDS, type PulseExchange, type ServedRequest } from './pulse';

const START = new Date('2026-11-22T12:00:00.000Z');
const SECOND = START.getTime() / 1_000;

const start = () => {
  const clock = createTestClock(START);
  const pulse = createPulse({ clock });
  const serve = (status: number, ms = 5, more: Partial<ServedRequest> = {}): void => {
    pulse.record({ method: 'POST', route: '/reservations/:productId', status, ms, ...more });
  };
  return { clock, pulse, serve };
};

describe('pulse', () => {
  it('new reservations, refusals and failures are counted separately, and replays not at all', () => {
    const { clock, pulse, serve } = start();
    for (const status of [201, 201, 200, 409, 401, 429, 500, 503, 499]) serve(status);
    clock.advanceMs(1_000);

    expect(pulse.secondsAfter(0)).toEqual([
      expect.objectContaining({ time: SECOND, accepted: 2, refused: 3, failed: 3 }),
    ]);
  });

  it('only requests to reserve are counted', () => {
    const { clock, pulse, serve } = start();
    serve(201, 5, { route: '/reservations' });
    serve(200, 5, { method: 'GET', route: '/reservations' });
    serve(200, 5, { route: '/reservations/confirm/:reservationId' });
    clock.advanceMs(1_000);

    expect(pulse.secondsAfter(0)[0]).toMatchObject({ accepted: 1, refused: 0, failed: 0 });
  });

  it('percentiles are at most 5 % too high, and null for a second without requests', () => {
    const { clock, pulse, serve } = start();
    for (let ms = 1; ms <= 1_000; ms += 1) serve(201, ms);
    clock.advanceMs(2_000);

    const [busy, quiet] = pulse.secondsAfter(0);
    expect(busy?.p50Ms).toBeGreaterThanOrEqual(500);
    expect(busy?.p50Ms).toBeLessThanOrEqual(525);
    expect(busy?.p99Ms).toBeGreaterThanOrEqual(990);
    expect(busy?.p99Ms).toBeLessThanOrEqual(1_040);
    expect(quiet).toMatchObject({ p50Ms: null, p99Ms: null });
  });

  it('any duration is counted, however short or long', () => {
    const { clock, pulse, serve } = start();
    serve(201, 0);
    serve(201, 10_000_000);
    clock.advanceMs(1_000);

    expect(pulse.secondsAfter(0)).toEqual([expect.objectContaining({ accepted: 2, p50Ms: 0.1 })]);
  });

  it('the current second is not reported', () => {
    const { clock, pulse, serve } = start();
    serve(201);
    clock.advanceMs(999);

    expect(pulse.secondsAfter(0)).toEqual([]);
  });

  it('only later seconds are returned, without gaps', () => {
    const { clock, pulse, serve } = start();
    serve(201);
    clock.advanceMs(3_000);
    serve(409);
    clock.advanceMs(1_000);

    expect(pulse.secondsAfter(SECOND).map(({ time }) => time - SECOND)).toEqual([1, 2, 3]);
    expect(pulse.secondsAfter(SECOND + 3)).toEqual([]);
  });

  it('exactly two minutes are kept, also after a long idle time', () => {
    const { clock, pulse, serve } = start();
    serve(201);
    clock.advanceMs(3_600_000);

    const seconds = pulse.secondsAfter(0);
    expect(seconds).toHaveLength(PULSE_SECONDS);
    expect(seconds.at(-1)?.time).toBe(SECOND + 3_599);
    expect(seconds.some(({ accepted }) => accepted > 0)).toBe(false);
  });
});

/** Processes of one gateway that exchange their counts without delay. */
const startProcesses = (count: number) => {
  const clock = createTestClock(START);
  const listeners: ((content: unknown) => void)[] = [];
  const pulses = Array.from({ length: count }, (_, index) => {
    const exchange: PulseExchange = {
      tellOthers: (_topic, counts) => {
        for (const [other, listen] of listeners.entries()) if (other !== index) listen(counts);
      },
      onTold: (_topic, listen) => {
        listeners[index] = listen;
      },
    };
    return createPulse({ clock, exchange });
  });
  return { clock, pulses };
};

const RESERVE = { method: 'POST', route: '/reservations/:productId' } as const;

describe('the pulse of a gateway with several processes', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('every process shows the requests of all, one second later', () => {
    jest.useFakeTimers();
    const { clock, pulses } = startProcesses(2);
    for (const status of [201, 201, 409]) pulses[0]?.record({ ...RESERVE, status, ms: 1 });
    for (const status of [201, 503]) pulses[1]?.record({ ...RESERVE, status, ms: 100 });
    clock.advanceMs(1_000);
    for (const pulse of pulses) expect(pulse.secondsAfter(0)).toEqual([]);
    clock.advanceMs(1_000);

    for (const pulse of pulses) {
      const [second] = pulse.secondsAfter(0);
      expect(second).toMatchObject({ time: SECOND, accepted: 3, refused: 1, failed: 1 });
      expect(second?.p50Ms).toBeLessThan(1.1);
      expect(second?.p99Ms).toBeGreaterThanOrEqual(100);
    }
  });

  it('a process sends its counts without being queried', () => {
    jest.useFakeTimers();
    const { clock, pulses } = startProcesses(2);
    pulses[0]?.record({ ...RESERVE, status: 201, ms: 1 });
    clock.advanceMs(1_001);
    jest.advanceTimersByTime(1_001);
    clock.advanceMs(1_000);

    expect(pulses[1]?.secondsAfter(0)).toEqual([expect.objectContaining({ accepted: 1 })]);
  });

  it('seconds are without gaps, and no request is counted twice', () => {
    jest.useFakeTimers();
    const { clock, pulses } = startProcesses(3);
    for (let second = 0; second < 5; second += 1) {
      for (const pulse of pulses) pulse.record({ ...RESERVE, status: 201, ms: 1 });
      clock.advanceMs(1_000);
      jest.advanceTimersByTime(1_001);
    }
    clock.advanceMs(1_000);

    for (const pulse of pulses) {
      const seconds = pulse.secondsAfter(0);
      expect(seconds.map(({ time }) => time - SECOND)).toEqual([0, 1, 2, 3, 4]);
      expect(seconds.map(({ accepted }) => accepted)).toEqual([3, 3, 3, 3, 3]);
    }
  });
});
