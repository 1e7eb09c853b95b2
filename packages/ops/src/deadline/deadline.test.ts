import { createAlarm } from './alarm';
import { limitCalls } from './limit-calls';
import { byDeadline, endsWithin, untilAborted, withinTime } from './limits';

const never = (): Promise<never> => new Promise(() => undefined);
const late = (): Error => new Error('too late');

describe('a wait with a limit', () => {
  it('withinTime settles as the work does and leaves no timer behind', async () => {
    const timers = jest.spyOn(globalThis, 'clearTimeout');

    expect(await withinTime(60_000, Promise.resolve(1), late)).toBe(1);
    await expect(withinTime(60_000, Promise.reject(new Error('no')), late)).rejects.toThrow('no');

    expect(timers).toHaveBeenCalledTimes(2);
    timers.mockRestore();
  });

  it('withinTime rejects at its limit when the work hangs', async () => {
    await expect(withinTime(10, never(), late)).rejects.toThrow('too late');
  });

  it('byDeadline rejects after a past deadline and honours one beyond the timer range', async () => {
    await expect(byDeadline(new Date(0), never(), late)).rejects.toThrow('too late');
    const work = new Promise((resolve) => setTimeout(resolve, 20, 'done'));
    expect(await byDeadline(new Date(8.64e15), work, late)).toBe('done');
  });

  it('endsWithin reports whether the work ended in time', async () => {
    expect(await endsWithin(60_000, Promise.resolve())).toBe(true);
    expect(await endsWithin(10, never())).toBe(false);
    await expect(endsWithin(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('untilAborted stops waiting when its signal aborts', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never(), controller.signal);
    controller.abort();

    expect(await waiting).toBeUndefined();
    expect(await untilAborted(never(), controller.signal)).toBeUndefined();
    expect(await untilAborted(Promise.resolve(1), new AbortController().signal)).toBe(1);
  });
});

describe('a port with limits', () => {
  it('limitCalls limits each call and preserves results, arguments, errors and plain values', async () => {
    const port = limitCalls(
      { hang: never, add: async (a: number, b: number) => a + b, now: () => 7, size: 3 },
      { ms: 10, tooLate: late },
    );

    await expect(port.hang()).rejects.toThrow('too late');
    expect([await port.add(1, 2), port.now(), port.size]).toEqual([3, 7, 3]);
  });
});

describe('an alarm', () => {
  it('an alarm rings at the earliest requested time, then again for what remains', async () => {
    const startedAt = Date.now();
    const due = [startedAt + 30, startedAt + 60];
    const rings: number[] = [];
    await new Promise<void>((resolve) => {
      const alarm = createAlarm({
        now: Date.now,
        ring: (now) => {
          rings.push(now - startedAt);
          while ((due[0] ?? Infinity) <= now) due.shift();
          if (due.length === 0) resolve();
          return due[0] ?? Infinity;
        },
      });
      alarm.ringAt(startedAt + 60);
      alarm.ringAt(startedAt + 30);
      alarm.ringAt(startedAt + 50_000);
      setTimeout(() => undefined, 5_000).unref();
    });

    expect(due).toEqual([]);
    expect(rings[0]).toBeGreaterThanOrEqual(28);
  });
});
