import { Counter, type Metrics } from '@flashreserve/ops';

/** Counts refused reservations that needed no call of their own. */
export const createSoldOutReuseMetrics = (metrics: Metrics): (() => void) => {
  const reused = new Counter({
    name: 'flashreserve_sold_out_reused_total',
    help: 'Requests answered with a recent sold-out response, without a call of their own.',
    registers: [metrics],
  });
  return () => {
    reused.inc();
  };
};

/** Counts reads of products that needed no call of their own. */
export const createProductReuseMetrics = (metrics: Metrics): (() => void) => {
  const reused = new Counter({
    name: 'flashreserve_products_reused_total',
    help: 'Reads of products answered from recent answers, or with a call that another request had sent.',
    registers: [metrics],
  });
  return () => {
    reused.inc();
  };
};
