import { Counter, Gauge, type Metrics } from '@flashreserve/ops';
import type { SweepReport } from '../application/sweep-overdue-holds';

type Sweep = (signal: AbortSignal) => Promise<SweepReport>;

/** Instruments a sweep. */
export type SweepMetrics = (sweep: Sweep) => Sweep;

/** Label values of the findings, by outcome; an entry without a hold counts as a finding too. */
const FINDINGS = {
  released: 'released',
  sold: 'sold',
  'no-hold': 'no_hold',
  'not-due': 'not_due',
  failed: 'failed',
} as const satisfies Partial<Record<keyof SweepReport, string>>;

const RESULTS = ['completed', 'failed'] as const;

const entriesOf = (report: SweepReport) =>
  (Object.keys(FINDINGS) as (keyof typeof FINDINGS)[]).map(
    (name) => [FINDINGS[name], report[name]] as const,
  );

export const createSweepMetrics = (metrics: Metrics): SweepMetrics => {
  const registers = [metrics];
  const sweeps = new Counter({
    name: 'flashreserve_sweeps_total',
    help: 'Finished sweeps, by result: completed, or failed if holds were left unsettled.',
    labelNames: ['result'] as const,
    registers,
  });
  const findings = new Counter({
    name: 'flashreserve_sweep_findings_total',
    help: 'Overdue holds found by the sweep, by outcome.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const lastSuccess = new Gauge({
    name: 'flashreserve_sweep_last_success_timestamp_seconds',
    help: 'When a sweep last completed; 0 if none has yet.',
    registers,
  });
  for (const result of RESULTS) sweeps.inc({ result }, 0);
  for (const outcome of Object.values(FINDINGS)) findings.inc({ outcome }, 0);

  return (sweep) => async (signal) => {
    try {
      const report = await sweep(signal);
      for (const [outcome, count] of entriesOf(report)) findings.inc({ outcome }, count);
      sweeps.inc({ result: report.failed === 0 ? 'completed' : 'failed' });
      if (report.failed === 0) lastSuccess.setToCurrentTime();
      return report;
    } catch (error) {
      sweeps.inc({ result: 'failed' });
      throw error;
    }
  };
};
