import { Counter, Gauge, type Metrics } from '@flashreserve/ops';
import type { RecoveryPass } from '../application/recover-returns';

/** Metrics of the recovery of returns. */
export interface ReturnsMetrics {
  readonly onPass: (pass: RecoveryPass) => void;
}

export const createReturnsMetrics = (metrics: Metrics): ReturnsMetrics => {
  const registers = [metrics];
  const recovered = new Counter({
    name: 'flashreserve_returns_recovered_total',
    help: 'Reservations whose returns the recovery told catalog, because the call had not.',
    registers,
  });
  const failures = new Counter({
    name: 'flashreserve_returns_recovery_failures_total',
    help: 'Reservations whose returns the recovery could not tell catalog; each is retried.',
    registers,
  });
  const waiting = new Gauge({
    name: 'flashreserve_returns_waiting_seconds',
    help: 'Longest time that a return waits for catalog although the recovery has tried; 0 if none does.',
    registers,
  });
  return {
    onPass: (pass) => {
      recovered.inc(pass.settled);
      failures.inc(pass.failed);
      waiting.set(pass.waitingSeconds);
    },
  };
};
