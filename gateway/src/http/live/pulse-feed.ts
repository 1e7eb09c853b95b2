import type { Pulse, PulseSecond } from './pulse';

/** Tells listeners of the event stream what this gateway answers. */
export interface PulseFeed {
  /**
   * Writes the last two minutes at once, and from then on each second when it has ended; a second may come twice. Frames have no
   * id, so they leave alone from where a listener resumes. Returns how to stop.
   */
  readonly listen: (write: (frame: string) => void) => () => void;
}

const EVERY_MS = 1_000;

const toFrame = (seconds: readonly PulseSecond[]): string =>
  `event: pulse\ndata: ${JSON.stringify({ seconds })}\n\n`;

/** All listeners share one timer, which runs only while there are any, and one text for each second. */
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
      // A function of its own, so that whoever listens twice stops twice.
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
