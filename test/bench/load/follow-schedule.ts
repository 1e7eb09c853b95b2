import { performance } from 'node:perf_hooks';
import type { Connection } from './connection';
import type { Schedule } from './schedule';

/** A run that takes this many times its duration is ended: the system cannot follow. */
const GIVE_UP_AFTER = 2;

/**
 * Starts each request when it is due, on the connection that has been idle longest, or else on the
 * first that becomes idle. Resolves with the number of requests that were never started, once all
 * others are over; it gives up after twice the duration of the schedule.
 */
export const followSchedule = (
  { count, dueAtMs }: Pick<Schedule<string>, 'count' | 'dueAtMs'>,
  connections: readonly Connection[],
  options: {
    readonly halted: AbortSignal;
    readonly startedAt: number;
    readonly start: (index: number, connection: Connection) => Promise<void>;
  },
): Promise<number> =>
  new Promise((resolve) => {
    const { halted, startedAt, start } = options;
    const idle = [...connections];
    const giveUpAt = startedAt + dueAtMs(count) * GIVE_UP_AFTER;
    let next = 0;
    let running = 0;
    let timer: NodeJS.Timeout | undefined;

    const launch = (connection: Connection): void => {
      running += 1;
      void start(next, connection).finally(() => {
        running -= 1;
        if (connection.isOpen()) idle.push(connection);
        pump();
      });
      next += 1;
    };
    const pump = (): void => {
      clearTimeout(timer);
      const now = performance.now();
      const isOver = halted.aborted || now > giveUpAt;
      while (!isOver && next < count && startedAt + dueAtMs(next) <= now) {
        const connection = idle.shift();
        if (connection === undefined) break;
        launch(connection);
      }
      if (running === 0 && (isOver || next === count || idle.length === 0)) resolve(count - next);
      // A connection that becomes idle calls this too.
      else if (!isOver && next < count && idle.length > 0) {
        timer = setTimeout(pump, startedAt + dueAtMs(next) - now);
      }
    };
    pump();
  });
