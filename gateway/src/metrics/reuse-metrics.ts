import { Counter, type Metrics } from '@flashreserve/ops';
import type { SoldOutMemory } from '../grpc/sold-out-memory';

/** Counts requests that were served from cached sold-out responses. */
export const createReuseMetrics = (
  metrics: Metrics,
): ((memory: SoldOutMemory) => SoldOutMemory) => {
  const reused = new Counter({
    name: 'flashreserve_sold_out_reused_total',
    help: 'Requests answered from the cache of recent sold-out responses, without calling a service.',
    registers: [metrics],
  });
  return (memory) => ({
    ...memory,
    recall: (wish) => {
      const answer = memory.recall(wish);
      if (answer !== undefined) reused.inc();
      return answer;
    },
  });
};
