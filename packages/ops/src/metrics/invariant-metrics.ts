import { Counter } from 'prom-client';
import type { Metrics } from './metrics';

/** Called for every violated invariant. */
export type ViolationObserver<Invariant extends string> = (invariant: Invariant) => void;

/**
 * Counts violations of the invariants that a component checks. All of them are exported from the
 * start, with 0.
 */
export const createInvariantMetrics = <Invariant extends string>(
  metrics: Metrics,
  invariants: readonly Invariant[],
): ViolationObserver<Invariant> => {
  const violations = new Counter({
    name: 'flashreserve_invariant_violations_total',
    help: 'Violated invariants, counted at every check that finds them.',
    labelNames: ['invariant'] as const,
    registers: [metrics],
  });
  for (const invariant of invariants) violations.inc({ invariant }, 0);
  return (invariant) => {
    violations.inc({ invariant });
  };
};
