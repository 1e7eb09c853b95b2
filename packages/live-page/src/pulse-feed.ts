import type { Pulse, PulseSecond } from './pulse';

/** Sends the pulse of this gateway to listeners of the event stream. */
export interface PulseFeed {
  /**
   * Writes the last two minutes at once, then each second when it has ended; a second may be
   * repeated. Frames have no id, so they do not affect `Last-Event-ID`. Returns a function that
   * stops.
   */
  readonly listen: (write: (frame: string) => void) => () => void;
}

const EVERY_MS = 1_000;

const toFrame = (seconds: readonly PulseSecond[]): string =>
  `event: pulse\ndata: ${JSON.stringify({ seconds })}\n\n`;

/**
 * All listeners share the text of each second and one timer, which runs only while there are any.
 */
export const createPulseFeed = (pulse: Pulse): PulseFeed => {
  const listeners = new Set<(frame: string) => void>();
  let timer: NodeJS.Timeout | undefined;
  let told = 0;
  const tell = (): void => {
    const seconds = pulse.secondsAfter(told);
    const last = seconds.at(-1);
    if (last === undefined) return;
    told = last.time;
    const frame = toFrame(seconds);
    for (const write of listeners) write(frame);
  };
  return {
    listen: (write) => {
      const known = pulse.secondsAfter(0);
      write(toFrame(known));
      if (listeners.size === 0) {
        told = known.at(-1)?.time ?? 0;
        timer = setInterval(tell, EVERY_MS);
        timer.unref();
      }
      // A new function per call, so that the same `write` can listen twice and stop separately.
      const listener = (frame: string): void => {
        write(frame);
      };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
};
