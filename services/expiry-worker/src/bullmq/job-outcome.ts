import { DomainError } from '@flashreserve/rpc';
import type { Outcomes, Settlement } from '../application/settle-batch';

/** Result of a job as shown on the dashboard, in numbers of holds. */
export interface JobReport {
  readonly released: number;
  readonly sold: number;
  /** Reservations without a hold. */
  readonly noHold: number;
  /** How many of the released and sold holds this job settled; the others were settled already. */
  readonly changed: number;
}

/** A reservation whose hold could not be settled, and why. */
export interface Problem {
  readonly reservationId: string;
  readonly error: unknown;
}

/** Outcomes of a job's reservations, grouped by what happens next. */
export interface JobOutcome {
  readonly report: JobReport;
  /** Retried after this many milliseconds, by reservation id. */
  readonly notDue: ReadonlyMap<string, number>;
  /** May succeed on a retry. */
  readonly failed: readonly Problem[];
  /** Can never succeed. */
  readonly refused: readonly Problem[];
}

/** Groups the outcomes of one job. */
export const sortOutcomes = (outcomes: Outcomes<Settlement>): JobOutcome => {
  const report = { released: 0, sold: 0, noHold: 0, changed: 0 };
  const notDue = new Map<string, number>();
  const failed: Problem[] = [];
  const refused: Problem[] = [];
  for (const [reservationId, result] of outcomes) {
    if (!result.ok) {
      const { error } = result;
      const problems = error instanceof DomainError && error.kind === 'invalid' ? refused : failed;
      problems.push({ reservationId, error });
      continue;
    }
    const settlement = result.value;
    if (settlement.outcome === 'not-due') notDue.set(reservationId, settlement.remainingMs);
    else if (settlement.outcome === 'no-hold') report.noHold += 1;
    else {
      report[settlement.outcome] += 1;
      if (settlement.changed) report.changed += 1;
    }
  }
  return { report, notDue, failed, refused };
};
