import { status } from '@grpc/grpc-js';

/** Time between two health checks of a silent instance, and the limit of one. */
export const PROBE_MS = 250;
/**
 * Health checks must succeed for so many milliseconds before a silent instance gets its keys back.
 * Doubled, up to the maximum, each time that it falls silent again without having answered a call:
 * its process answers, but its calls hang.
 */
const PROBATION_MS = 500;
const PROBATION_MS_MAX = 30_000;

/** Whether an instance answers, judged by its keyed calls. Streams and other calls do not count. */
export interface Silence {
  /** True from `silentAfterMs` without an answer until the instance answers again. */
  readonly isSilent: () => boolean;
  readonly callStarted: () => void;
  readonly callEnded: (code: status) => void;
  /** Stops the timers; for an instance that is gone. */
  readonly stop: () => void;
}

export const createSilence = (options: {
  /** Time in milliseconds after which an instance that answers none of its calls is silent. */
  readonly silentAfterMs: number;
  /** Checks the health of the instance, within `PROBE_MS`; whether it answered. Never rejects. */
  readonly probe: () => Promise<boolean>;
  /** Called after `isSilent` has changed. */
  readonly onChange: () => void;
}): Silence => {
  const { silentAfterMs, probe, onChange } = options;
  let inFlight = 0;
  /** Since when calls have been waiting without any answer; from `performance.now()`. */
  let since: number | undefined;
  let silent = false;
  let probationMs = PROBATION_MS;
  let timer: NodeJS.Timeout | undefined;

  const setTimer = (work: () => void, ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
    timer.unref();
  };
  const setSilent = (value: boolean): void => {
    if (silent === value) return;
    silent = value;
    onChange();
  };

  /** Ends the silence after the time of probation, in which every health check must succeed. */
  const watchSilent = async (healthySince: number | undefined): Promise<void> => {
    const answered = await probe();
    if (!silent || timer === undefined) return;
    const now = performance.now();
    if (answered && healthySince !== undefined && now - healthySince >= probationMs) {
      probationMs = Math.min(probationMs * 2, PROBATION_MS_MAX);
      since = undefined;
      timer = undefined;
      setSilent(false);
      return;
    }
    setTimer(() => void watchSilent(answered ? (healthySince ?? now) : undefined), PROBE_MS);
  };

  const judge = (): void => {
    timer = undefined;
    if (since === undefined || silent) return;
    const left = since + silentAfterMs - performance.now();
    if (left > 0) {
      watch(left);
      return;
    }
    setSilent(true);
    setTimer(() => void watchSilent(undefined), 0);
  };
  /** Judges after one turn of the event loop, so that answers received meanwhile count. */
  const watch = (ms: number): void => {
    setTimer(() => setImmediate(judge), ms);
  };

  const answer = (): void => {
    since = inFlight > 0 ? performance.now() : undefined;
    probationMs = PROBATION_MS;
    if (!silent) return;
    clearTimeout(timer);
    timer = undefined;
    setSilent(false);
  };

  return {
    isSilent: () => silent,
    callStarted: () => {
      inFlight += 1;
      since ??= performance.now();
      if (timer === undefined) watch(silentAfterMs);
    },
    callEnded: (code) => {
      inFlight -= 1;
      // The client itself gives up with these codes, so they are no answer.
      if (code === status.DEADLINE_EXCEEDED) return;
      if (code !== status.CANCELLED) answer();
      else if (inFlight === 0 && !silent) since = undefined;
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      since = undefined;
    },
  };
};
