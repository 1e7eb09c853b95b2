import { Gauge, type Logger, type Metrics, withinTime } from '@flashreserve/ops';

const STATES = ['waiting', 'delayed', 'active', 'failed'] as const;

/** Job counts of a queue, in one round trip whose cost does not grow with the queue. */
export interface CountedQueue {
  readonly getJobCounts: (
    ...states: (typeof STATES)[number][]
  ) => Promise<Readonly<Record<string, number>>>;
}

/** How long a scrape waits for Redis. */
const READ_TIMEOUT_MS = 1_000;

const NO_COUNTS: Readonly<Record<string, number>> = {};

const tooLate = (): Error => new Error(`The queue did not answer within ${READ_TIMEOUT_MS} ms.`);

/**
 * Registers the queue length gauge, read at each scrape; without a reply from Redis it is left out.
 */
export const createQueueMetrics = (
  metrics: Metrics,
  { queue, log }: { readonly queue: CountedQueue; readonly log: Logger },
): void => {
  new Gauge({
    name: 'flashreserve_queue_jobs',
    help: 'Jobs of the expiry queue, by state: waiting, delayed, active or failed. All workers report the same queue.',
    labelNames: ['state'] as const,
    registers: [metrics],
    async collect() {
      const reading = withinTime(READ_TIMEOUT_MS, queue.getJobCounts(...STATES), tooLate);
      const counts = await reading.catch((error: unknown) => {
        log.debug({ err: error }, 'Could not read the job counts for the metrics.');
        return NO_COUNTS;
      });
      this.reset();
      for (const state of STATES) {
        const count = counts[state];
        if (count !== undefined) this.set({ state }, count);
      }
    },
  });
};
