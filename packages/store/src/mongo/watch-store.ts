import type { Clock, Logger } from '@flashreserve/ops';
import type { Connection } from 'mongoose';
import type { ClockGuard } from '../clock-guard/clock-guard';
import type { MongoMetrics } from './mongo-metrics';
import { withinTime } from './within-time';

export interface StoreWatchOptions {
  readonly connection: Connection;
  /**
   * Called with the first answer and then on each change: true while the store's primary answers and, with `time`, the
   * clock agrees with the primary's.
   */
  readonly report: (answers: boolean) => void;
  readonly log: Logger;
  readonly metrics?: Pick<MongoMetrics, 'reportStore'>;
  readonly intervalMs?: number;
  /** Compares this clock with the primary's at each look. */
  readonly time?: { readonly clock: Clock; readonly guard: ClockGuard };
}

/** A store that needs longer counts as away. */
const PING_TIMEOUT_MS = 2_000;
/** The client is made to reconnect when the store has not answered for this long. */
const RECONNECT_AFTER_MS = 4_000;
/** Short, so that an attempt which began while the store was away is soon followed by one that finds it. */
const RECONNECT_TIMEOUT_MS = 2_000;
/** An attempt that has not ended by then counts as lost, and another one may begin beside it. */
const ATTEMPT_LOST_AFTER_MS = 15_000;
/** Until the next look at a store that is away, or after a surprising time, so that a change is noticed within a second. */
const SOON_MS = 250;

const ask = (connection: Connection, command: 'ping' | 'hello') =>
  withinTime(
    PING_TIMEOUT_MS,
    connection
      .getClient()
      .db()
      .command({ [command]: 1 }),
  );

/** A server that does not say its time proves nothing. */
const compareClocks = async (
  connection: Connection,
  { clock, guard }: NonNullable<StoreWatchOptions['time']>,
): Promise<void> => {
  const asked = clock.now();
  const { localTime } = await ask(connection, 'hello');
  if (localTime instanceof Date) guard.compare({ asked, other: localTime, answered: clock.now() });
};

/** MongoDB says its time in `hello` only, and only `ping` tells of a store whose storage is away. */
const isAnswering = async ({ connection, time }: StoreWatchOptions): Promise<boolean> => {
  try {
    await ask(connection, 'ping');
    if (time?.guard.isOn) await compareClocks(connection, time);
    return true;
  } catch {
    return false;
  }
};

/**
 * Asks the store every second whether it is there, so that a service's readiness can follow it, and helps a
 * client that has lost the store for good. `first` resolves after the first look.
 */
export const watchStore = (
  options: StoreWatchOptions,
): { readonly first: Promise<void>; readonly stop: () => void } => {
  const { connection, report, log, metrics, intervalMs = 1_000, time } = options;
  let last: boolean | undefined;
  let reported: boolean | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let answeredAt = Date.now();

  /**
   * Makes the client drop all it knows and connect again. The driver's own monitor, too, may wait without end (see
   * `withinTime`); the store then stays unreachable for this process although it has long been back.
   */
  const connectAgain = async (): Promise<void> => {
    const client = connection.getClient();
    await client.close();
    if (!stopped) await client.connect();
    if (stopped) await client.close();
  };

  /** One attempt at a time: a second one would close what the first has just opened. */
  let attempt: Promise<void> | undefined;
  let attemptedAt = 0;
  /** After an attempt that failed the client has nothing left that could find the store by itself. */
  let isLost = false;

  const startAttempt = (): Promise<void> => {
    attemptedAt = Date.now();
    const started = connectAgain().finally(() => {
      if (attempt === started) attempt = undefined;
    });
    return started;
  };

  const reconnect = async (): Promise<void> => {
    answeredAt = Date.now();
    if (Date.now() - attemptedAt > ATTEMPT_LOST_AFTER_MS) attempt = undefined;
    attempt ??= startAttempt();
    try {
      await withinTime(RECONNECT_TIMEOUT_MS, attempt);
      isLost = false;
    } catch (error) {
      isLost = true;
      log.debug({ err: error }, 'The store cannot be connected to yet.');
    }
  };

  const check = async (): Promise<void> => {
    const answers = await isAnswering(options);
    if (stopped) return;
    metrics?.reportStore(answers);
    if (answers !== last) {
      if (!answers) log.warn('The store does not answer.');
      else if (last === false) log.info('The store answers again.');
      last = answers;
    }
    const serving = answers && (time?.guard.isRight() ?? true);
    if (serving !== reported) report(serving);
    reported = serving;
    if (answers) answeredAt = Date.now();
    else if (isLost || Date.now() - answeredAt > RECONNECT_AFTER_MS) await reconnect();
    const soon = !answers || time?.guard.isSure() === false;
    const pauseMs = soon ? Math.min(intervalMs, SOON_MS) : intervalMs;
    if (!stopped) timer = setTimeout(() => void check(), pauseMs).unref();
  };
  return {
    first: check(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
