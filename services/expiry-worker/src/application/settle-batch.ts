import { type Clock, createFailureLog, type Logger, newId } from '@flashreserve/ops';
import type { EntryOutcome } from '@flashreserve/rpc';
import { failureFields } from './failure-fields';
import { isolateFaults } from './isolate-faults';
import type { CallScope, CatalogPort, HoldAfterCall, ReservationPort, Verdict } from './ports';

/** Outcome of settling one hold. */
export type Settlement =
  /** The hold is settled; `changed`: whether this call changed it. */
  | { readonly outcome: 'released' | 'sold'; readonly changed: boolean }
  /** There is no hold. */
  | { readonly outcome: 'no-hold' }
  /** The reservation is still pending; retry after `remainingMs`. */
  | { readonly outcome: 'not-due'; readonly remainingMs: number };

export type Outcomes<Value> = ReadonlyMap<string, EntryOutcome<Value>>;

export interface SettleBatchDeps {
  readonly reservations: ReservationPort;
  readonly catalog: CatalogPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called for each hold that contradicts its reservation. */
  readonly onContradiction?: () => void;
}

/** Time limit of each of the three steps of a batch: verdicts, releases, sales. */
const STEP_TIMEOUT_MS = 5_000;

/**
 * The Expire path for a batch of distinct reservation ids: reservation returns the verdicts, then
 * catalog settles the holds, each at most once. A failure affects only the entries it concerns.
 * Returns an outcome for every id and never rejects.
 */
export const createSettleBatch = ({
  reservations,
  catalog,
  clock,
  log,
  onContradiction,
}: SettleBatchDeps) => {
  const logFailure = createFailureLog();
  const runStep = async <Value>(
    step: string,
    ids: readonly string[],
    requestId: string,
    call: (ids: readonly string[], scope: CallScope) => Promise<ReadonlyMap<string, Value>>,
  ): Promise<Outcomes<Value>> => {
    const endsAt = clock.now().getTime() + STEP_TIMEOUT_MS;
    const outcomes = await isolateFaults(ids, (part) =>
      call(part, { requestId, timeoutMs: Math.max(1, endsAt - clock.now().getTime()) }),
    );
    const failures = [...outcomes.values()].filter((outcome) => !outcome.ok);
    if (failures.length > 0) {
      logFailure({
        log,
        level: 'warn',
        key: step,
        fields: {
          ...failureFields(failures[0]?.error),
          step,
          requestId,
          failed: failures.length,
          tried: ids.length,
        },
        message: 'Some holds could not be settled; they will be retried.',
      });
    }
    return outcomes;
  };

  const reportContradictions = (
    holds: Outcomes<HoldAfterCall>,
    expected: HoldAfterCall['state'],
    requestId: string,
  ): void => {
    for (const [reservationId, hold] of holds) {
      if (!hold.ok || hold.value.state === expected || hold.value.state === 'none') continue;
      const { state } = hold.value;
      onContradiction?.();
      log.error(
        { reservationId, requestId, state, expected },
        'A hold contradicts its reservation; run the audit.',
      );
    }
  };

  return async (ids: readonly string[]): Promise<Outcomes<Settlement>> => {
    const requestId = newId();
    const verdicts = await runStep('verdicts', ids, requestId, reservations.expireReservations);
    const toRelease = idsWith(verdicts, 'release');
    const released = await runStep('releases', toRelease, requestId, catalog.restoreStock);
    const toSell = idsWith(verdicts, 'sell');
    const sold = await runStep('sales', toSell, requestId, catalog.commitStock);
    reportContradictions(released, 'released', requestId);
    reportContradictions(sold, 'sold', requestId);
    log.debug(
      { requestId, entries: ids.length, released: released.size, sold: sold.size },
      'Settled a batch of holds.',
    );
    const holds = new Map([...released, ...sold]);
    return new Map(
      [...verdicts].map(([id, verdict]) => [id, toSettlement(verdict, holds.get(id))]),
    );
  };
};

const idsWith = (verdicts: Outcomes<Verdict>, kind: Verdict['kind']): string[] =>
  [...verdicts]
    .filter(([, verdict]) => verdict.ok && verdict.value.kind === kind)
    .map(([id]) => id);

const toSettlement = (
  verdict: EntryOutcome<Verdict>,
  hold: EntryOutcome<HoldAfterCall> | undefined,
): EntryOutcome<Settlement> => {
  if (!verdict.ok) return verdict;
  if (verdict.value.kind === 'not-due') {
    return { ok: true, value: { outcome: 'not-due', remainingMs: verdict.value.remainingMs } };
  }
  if (hold === undefined) return failed('Catalog was not called for this hold.');
  if (!hold.ok) return hold;
  const { state, changed } = hold.value;
  if (state === 'none') return { ok: true, value: { outcome: 'no-hold' } };
  // Catalog reports the state after the call, so "held" is a fault in catalog; a retry may succeed.
  if (state === 'held') return failed('Catalog left the hold unsettled.');
  return { ok: true, value: { outcome: state, changed } };
};

const failed = (message: string): EntryOutcome<never> => ({ ok: false, error: new Error(message) });
