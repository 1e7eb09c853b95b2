import { REPAIRS, type Repair } from './decide';
import type { ReconcileReport } from './run-reconcile';

const IDS_MAX = 5;
const PROBLEMS_MAX = 200;

const listIds = (ids: readonly string[]): string =>
  ids.length > IDS_MAX
    ? `${ids.slice(0, IDS_MAX).join(', ')} and ${ids.length - IDS_MAX} more`
    : ids.join(', ');

const isRepair = (name: string): name is Repair => name in REPAIRS;

/** The report as text: the count of each repair, every problem, and a summary. */
export const renderReconcile = (report: ReconcileReport): string => {
  const { repairs, problems, applied, holdsRead, reservationsRead } = report;
  const lines = Object.entries(REPAIRS).flatMap(([name, meaning]) => {
    const ids = isRepair(name) ? (repairs.get(name) ?? []) : [];
    return ids.length === 0
      ? []
      : [`${String(ids.length).padStart(7)}  ${meaning}`, `         ${listIds(ids)}`];
  });
  for (const { reservationId, problem } of problems.slice(0, PROBLEMS_MAX))
    lines.push(`UNSETTLED  reservation ${reservationId}: ${problem}`);
  if (problems.length > PROBLEMS_MAX) lines.push(`(${problems.length - PROBLEMS_MAX} more)`);
  const repaired = [...repairs.values()].reduce((sum, ids) => sum + ids.length, 0);
  const done = applied ? `${repaired} repaired` : `${repaired} to repair (--apply does it)`;
  lines.push(
    '',
    `${holdsRead} holds and ${reservationsRead} reservations read: ${done}, ${problems.length} that need a manual decision.`,
  );
  return lines.join('\n');
};

/** Whether nothing is left to do. */
export const isReconciled = ({ applied, repairs, problems }: ReconcileReport): boolean =>
  problems.length === 0 && (applied || repairs.size === 0);
