import type { Connection } from 'mongoose';
import type { Logger } from '../logging';
import type { MongoMetrics } from '../metrics';
import { withinTime } from './within-time';

export interface StoreWatchOptions {
  readonly connection: Connection;
  /** Called with the first answer and then on each change: true while the store's primary answers. */
  readonly report: (answers: boolean) => void;
  readonly log: Logger;
  readonly metrics?: Pick<MongoMetrics, 'reportStore'>;
  readonly intervalMs?: number;
}

/** A store that needs longer counts as away. */
const PING_TIMEOUT_MS = 2_000;
/** The client is made to connect anew each time the store has not answered for this long. */
const RECONNECT_AFTER_MS = 4_000;
/** Short, so that a try which began while the store was away is soon followed by one that finds it. */
const RECONNECT_TIMEOUT_MS = 2_000;
/** Between two looks at a store that is away, so that its return is noticed within a second. */
const AWAY_INTERVAL_MS = 250;

const isAnswering = (connection: Connection): Promise<boolean> =>
  withinTime(PING_TIMEOUT_MS, connection.getClient().db().command({ ping: 1 })).then(
    () => true,
    () => false,
  );

/**
 * Asks the store every second whether it is there, so that a service's readiness can follow it, and helps a
 * client that has lost the store for good.
 */
export const watchStore = (options: StoreWatchOptions): { readonly stop: () => void } => {
  const { connection, report, log, metrics, intervalMs = 1_000 } = options;
  let last: boolean | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let answeredAt = Date.now();

  /**
   * Makes the client drop all it knows and connect anew. The driver's own monitor, too, may wait for ever (see
   * `withinTime`); the store then stays unreachable for this process although it has long been back.
   */
  const connectAnew = async (): Promise<void> => {
    const client = connection.getClient();
    await client.close();
    if (!stopped) await client.connect();
    if (stopped) await client.close();
  };

  const reconnect = async (): Promise<void> => {
    answeredAt = Date.now();
    try {
      await withinTime(RECONNECT_TIMEOUT_MS, connectAnew());
    } catch (error) {
      log.debug({ err: error }, 'The store cannot be connected to yet.');
    }
  };

  const check = async (): Promise<void> => {
    const answers = await isAnswering(connection);
    if (stopped) return;
    metrics?.reportStore(answers);
    if (answers !== last) {
      if (!answers) log.warn('The store does not answer.');
      else if (last === false) log.info('The store answers again.');
      last = answers;
      report(answers);
    }
    if (answers) answeredAt = Date.now();
    else if (Date.now() - answeredAt > RECONNECT_AFTER_MS) await reconnect();
    const pauseMs = answers ? intervalMs : Math.min(intervalMs, AWAY_INTERVAL_MS);
    if (!stopped) timer = setTimeout(() => void check(), pauseMs).unref();
  };
  void check();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
