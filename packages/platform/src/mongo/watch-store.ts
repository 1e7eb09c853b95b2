import type { Connection } from 'mongoose';
import type { Logger } from '../logging';

export interface StoreWatchOptions {
  readonly connection: Connection;
  /** Called with the first answer and then on each change: true while the store's primary answers. */
  readonly report: (answers: boolean) => void;
  readonly log: Logger;
  readonly intervalMs?: number;
}

/** A store that needs longer counts as away. */
const PING_TIMEOUT_MS = 2_000;
/** The client is made to connect anew each time the store has not answered for this long. */
const RECONNECT_AFTER_MS = 5_000;

const isAnswering = async (connection: Connection): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PING_TIMEOUT_MS, false);
  });
  const ping = connection.getClient().db().command({ ping: 1 });
  try {
    return await Promise.race([
      ping.then(
        () => true,
        () => false,
      ),
      tooLate,
    ]);
  } finally {
    clearTimeout(timer);
  }
};

/** Asks the store every second whether it is there, so that a service's readiness can follow it. */
export const watchStore = (options: StoreWatchOptions): { readonly stop: () => void } => {
  const { connection, report, log, intervalMs = 1_000 } = options;
  let last: boolean | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let patientUntil = Date.now() + RECONNECT_AFTER_MS;

  /**
   * Makes the client drop all it knows and connect anew. The driver (7.8, 7.9) waits for ever when it writes to
   * a socket between its end and its `close` event. Where that happens to the driver's own monitor, the store
   * stays unreachable for this process although it has long been back.
   */
  const reconnect = async (): Promise<void> => {
    const client = connection.getClient();
    try {
      await client.close();
      if (!stopped) await client.connect();
      if (stopped) await client.close();
    } catch (error) {
      log.debug({ err: error }, 'The store cannot be connected to yet.');
    }
  };

  const check = async (): Promise<void> => {
    const answers = await isAnswering(connection);
    if (stopped) return;
    if (answers) patientUntil = Date.now() + RECONNECT_AFTER_MS;
    else if (Date.now() > patientUntil) {
      await reconnect();
      if (stopped) return;
      patientUntil = Date.now() + RECONNECT_AFTER_MS;
    }
    if (answers !== last) {
      if (!answers) log.warn('The store does not answer.');
      else if (last === false) log.info('The store answers again.');
      last = answers;
      report(answers);
    }
    timer = setTimeout(() => void check(), intervalMs).unref();
  };
  void check();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
