import { createTestClock } from '@flashreserve/ops';
import { createCircuitBreaker } from './circuit-breaker';

const PROBE_INTERVAL_MS = 1_000;

interface Probe {
  readonly succeed: () => void;
  readonly fail: () => void;
}

/** A breaker whose probes are settled by the test. */
const createSubject = () => {
  const clock = createTestClock(new Date(0));
  const probes: Probe[] = [];
  const breaker = createCircuitBreaker({
    clock,
    probeIntervalMs: PROBE_INTERVAL_MS,
    probe: () =>
      new Promise<void>((resolve, reject) => {
        probes.push({ succeed: resolve, fail: () => reject(new Error('still down')) });
      }),
  });
  return { breaker, clock, probes };
};
/** Lets the callbacks of a settled probe run. */
const settle = (): Promise<void> => new Promise(setImmediate);

describe('the circuit breaker', () => {
  it('calls are allowed until the first failure, then refused', () => {
    const { breaker } = createSubject();
    expect(breaker.allows()).toBe(true);
    breaker.onFailure();
    expect(breaker.allows()).toBe(false);
  });

  it('a successful probe closes the breaker, and callers never wait for a probe', async () => {
    const { breaker, clock, probes } = createSubject();
    breaker.onFailure();
    clock.advanceMs(PROBE_INTERVAL_MS);
    expect(breaker.allows()).toBe(false);

    probes[0]?.succeed();
    await settle();

    expect(breaker.allows()).toBe(true);
  });

  it('one probe runs at a time, and the next follows one interval after a failed one', async () => {
    const { breaker, clock, probes } = createSubject();
    breaker.onFailure();
    breaker.allows();
    expect(probes).toHaveLength(0);
    clock.advanceMs(PROBE_INTERVAL_MS);
    for (let call = 0; call < 5; call += 1) breaker.allows();
    expect(probes).toHaveLength(1);

    probes[0]?.fail();
    await settle();
    breaker.allows();
    expect(probes).toHaveLength(1);
    clock.advanceMs(PROBE_INTERVAL_MS);
    breaker.allows();
    expect(probes).toHaveLength(2);
  });

  it('a reported success closes the breaker at once', () => {
    const { breaker } = createSubject();
    breaker.onFailure();
    breaker.onSuccess();
    expect(breaker.allows()).toBe(true);
  });
});
