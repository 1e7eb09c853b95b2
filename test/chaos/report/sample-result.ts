import type { SeedResult } from './results';

/** A result of one seed, for tests. */
export const sampleResult = (seed: number, violations: readonly string[] = []): SeedResult => ({
  seed,
  minutes: 0.5,
  commit: 'abc',
  startedAt: 1_000,
  verdict: {
    counts: {
      requests: 1_000,
      byAction: { reserve: 1_000 },
      byStatusClass: { '2xx': 900, '4xx': 100 },
      reservationsAcknowledged: 600,
      confirmationsAcknowledged: 200,
      cancellationsAcknowledged: 100,
      unanswered: 0,
      faultsByKind: { pause: 1, kill: 2 },
      killsByTarget: { catalog: 2 },
    },
    invariants: [
      { name: 'stock adds up', checked: 11, violations: [], violationsTotal: 0 },
      { name: 'one resolution', checked: 600, violations, violationsTotal: violations.length },
    ],
    clean: violations.length === 0,
  },
  recovery: [
    { fault: 'kill', target: 'catalog', ms: [100 * seed, 1_000], masked: 1, notSeen: 0 },
    { fault: 'pause', target: 'redis', ms: [], masked: 0, notSeen: 1 },
  ],
});
