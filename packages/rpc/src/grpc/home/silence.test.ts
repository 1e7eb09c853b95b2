import { status } from '@grpc/grpc-js';
import { createSilence } from './silence';

const SILENT_AFTER_MS = 500;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** An instance whose health checks succeed while `isHealthy`. */
const setUp = () => {
  const process = { isHealthy: true };
  const changes: boolean[] = [];
  const silence = createSilence({
    silentAfterMs: SILENT_AFTER_MS,
    probe: async () => process.isHealthy,
    onChange: () => changes.push(silence.isSilent()),
  });
  return { process, silence, changes };
};
/** How long an instance with hanging calls stays silent until it gets its keys back. */
const timeAway = async (isSilent: () => boolean): Promise<number> => {
  const startedAt = performance.now();
  while (isSilent()) await jest.advanceTimersByTimeAsync(10);
  return performance.now() - startedAt;
};
const after = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('the silence of an instance', () => {
  it('an instance is silent once it has answered nothing for the time, although calls wait', async () => {
    const { silence, changes } = setUp();

    silence.callStarted();
    await after(SILENT_AFTER_MS - 10);
    expect(silence.isSilent()).toBe(false);
    await after(20);
    expect(changes).toEqual([true]);
  });

  it('any answer ends the silence at once, also an error of the instance', async () => {
    const { process, silence } = setUp();
    process.isHealthy = false;
    silence.callStarted();
    silence.callStarted();
    await after(SILENT_AFTER_MS + 10);
    expect(silence.isSilent()).toBe(true);

    silence.callEnded(status.FAILED_PRECONDITION);

    expect(silence.isSilent()).toBe(false);
  });

  it('slow calls are no silence as long as others are answered', async () => {
    const { silence, changes } = setUp();

    silence.callStarted();
    for (let round = 0; round < 10; round += 1) {
      silence.callStarted();
      await after(SILENT_AFTER_MS - 50);
      silence.callEnded(status.OK);
    }

    expect(changes).toEqual([]);
  });

  it('an instance without calls is not silent, nor one whose only caller gave up', async () => {
    const { silence, changes } = setUp();

    silence.callStarted();
    silence.callEnded(status.OK);
    silence.callStarted();
    silence.callEnded(status.CANCELLED);
    await after(10 * SILENT_AFTER_MS);

    expect(changes).toEqual([]);
  });

  it('a call that runs into its deadline is no answer', async () => {
    const { process, silence, changes } = setUp();
    process.isHealthy = false;

    silence.callStarted();
    await after(100);
    silence.callEnded(status.DEADLINE_EXCEEDED);
    await after(60_000);

    expect(changes).toEqual([true]);
    process.isHealthy = true;
    expect(await timeAway(silence.isSilent)).toBeLessThan(1_000);
  });

  it('an instance that is healthy but whose calls hang is away for longer each time', async () => {
    const { silence } = setUp();
    const away: number[] = [];

    for (let round = 0; round < 8; round += 1) {
      silence.callStarted();
      await after(SILENT_AFTER_MS + 10);
      silence.callEnded(status.DEADLINE_EXCEEDED);
      away.push(await timeAway(silence.isSilent));
    }
    silence.callStarted();
    silence.callEnded(status.OK);
    silence.callStarted();
    await after(SILENT_AFTER_MS + 10);
    silence.callEnded(status.DEADLINE_EXCEEDED);

    expect(away[0]).toBeLessThan(1_000);
    expect(away.every((ms, index) => index === 0 || ms >= (away[index - 1] ?? 0))).toBe(true);
    expect(away.at(-1)).toBeGreaterThan(29_000);
    expect(away.at(-1)).toBeLessThan(31_000);
    expect(await timeAway(silence.isSilent)).toBeLessThan(1_000);
  });

  it('after stop, nothing is judged or checked any more', async () => {
    const { silence, changes } = setUp();

    silence.callStarted();
    silence.stop();
    await after(10 * SILENT_AFTER_MS);

    expect(changes).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
