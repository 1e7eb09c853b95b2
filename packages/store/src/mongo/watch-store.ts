import type { Clock, Logger } from '@flashreserve/ops';
import type { Connection } from 'mongoose';
import type { ClockGuard } from '../clock-guard/clock-guard';
import type { MongoMetrics } from './mongo-metrics';
import { withinTime } from './within-time';

export interface StoreWatchOptions {
  readonly connection: Connection;
  /**
   * Called with the first result and then on each change: true while the primary answers and, with
   * `time`, this clock agrees with the primary's.
   */
  readonly report: (answers: boolean) => void;
  readonly log: Logger;
  readonly metrics?: Pick<MongoMetrics, 'reportStore'>;
  readonly intervalMs?: number;
  /** Compares this clock with the primary's on each check. */
  readonly time?: { readonly clock: Clock; readonly guard: ClockGuard };
}

/** A store that takes longer counts as down. */
const PING_TIMEOUT_MS = 2_000;
/** The client is forced to reconnect after this long without a reply to any command. */
const RECONNECT_AFTER_MS = 4_000;
/** Short, so that an attempt started during the outage is soon followed by one after it. */
const RECONNECT_TIMEOUT_MS = 2_000;
/** An attempt still pending after this counts as lost, and another may start beside it. */
const ATTEMPT_LOST_AFTER_MS = 15_000;
/**
 * Pause before the next check while the store is down or a clock reading contradicts the verdict,
 * so that a change is noticed within a second.
 */
const SOON_MS = 250;

const ask = (connection: Connection, command: 'ping' | 'hello') =>
  withinTime(
    PING_TIMEOUT_MS,
    connection
      .getClient()
      .db()
      .command({ [command]: 1 }),
  );

/** A server that does not report its time proves nothing. */
const compareClocks = async (
  connection: Connection,
  { clock, guard }: NonNullable<StoreWatchOptions['time']>,
): Promise<void> => {
  const asked = clock.now();
  const { localTime } = await ask(connection, 'hello');
  if (localTime instanceof Date) guard.compare({ asked, other: localTime, answered: clock.now() });
};

/**
 * Only `hello` reports the server's time, and only `ping` fails when the server's storage is down.
 */
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
 * Checks the store every second, so that readiness can follow it, and reconnects a client that has
 * permanently lost it. `first` resolves after the first check.
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
  // A connection goes back to the pool when its command was answered. So a store that is only slow,
  // or a ping that waits behind other commands, does not make `reconnect` interrupt them all.
  const heard = (): void => {
    answeredAt = Date.now();
  };
  connection.getClient().on('connectionCheckedIn', heard);

  /**
   * Closes the client and connects again. The driver's own monitor may hang as well (see
   * `withinTime`); this process would then not find the store after it is back.
   */
  const connectAgain = async (): Promise<void> => {
    const client = connection.getClient();
    await client.close();
    if (!stopped) await client.connect();
    if (stopped) await client.close();
  };

  /** One attempt at a time: a second one would close the connection that the first opened. */
  let attempt: Promise<void> | undefined;
  let attemptedAt = 0;
  /** After a failed attempt the client has no monitor left that could find the store by itself. */
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
      connection.getClient().off('connectionCheckedIn', heard);
    },
  };
};
