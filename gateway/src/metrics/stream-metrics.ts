import { Counter, Gauge, type Metrics } from '@flashreserve/ops';

/** Metrics of the stock streams. */
export interface StreamMetrics {
  readonly onOpened: () => void;
  readonly onClosed: () => void;
  /** Called when a client that read nothing for too long is disconnected. */
  readonly onStalled: () => void;
}

export const createStreamMetrics = (metrics: Metrics): StreamMetrics => {
  const open = new Gauge({
    name: 'flashreserve_streams_open',
    help: 'Open stock streams of this gateway.',
    registers: [metrics],
  });
  const stalled = new Counter({
    name: 'flashreserve_streams_stalled_total',
    help: 'Streams that were closed because their client read nothing for 30 seconds.',
    registers: [metrics],
  });
  return {
    onOpened: () => {
      open.inc();
    },
    onClosed: () => {
      open.dec();
    },
    onStalled: () => {
      stalled.inc();
    },
  };
};
