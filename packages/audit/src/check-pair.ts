import { checkHold } from './check-hold';
import { checkReturns } from './check-returns';
import type { HoldDocument, ReservationDocument } from './documents';
import type { Pair } from './pairs';
import type { HoldFinding } from './report';
import type { RetentionRule } from './retention-rule';

/** What the audit compares with. */
export interface AuditRules {
  /**
   * A hold that expired before this time, in milliseconds since the epoch, should be settled, and a
   * return made before it should be in its hold.
   */
  readonly overdueBefore: number;
  readonly retention: RetentionRule;
}

/** The finding about a hold and its reservation; undefined if they agree. */
export const checkPair = (
  { id, hold, reservation }: Pair<HoldDocument, ReservationDocument>,
  { overdueBefore, retention }: AuditRules,
): HoldFinding | undefined => {
  const finding = (problem: string): HoldFinding => ({ reservationId: id, problem });
  if (hold === undefined) {
    if (reservation === undefined || retention.mayLackHold(reservation)) return undefined;
    return finding('the reservation has no hold');
  }
  if (reservation === undefined && retention.mayLackReservation(hold)) return undefined;
  const overdue = hold.expireTime.getTime() < overdueBefore;
  const problem =
    checkHold(hold, reservation, { overdue }) ??
    (reservation && checkReturns(hold, reservation, { overdueBefore }));
  return problem === undefined ? undefined : finding(problem);
};
