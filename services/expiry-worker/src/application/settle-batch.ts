import { type Clock, createFailureLog, type Logger, newId } from '@flashreserve/ops';
import type { EntryOutcome } from '@flashreserve/rpc';
import { failureFields } from './failure-fields';
import { isolateFaults } from './isolate-faults';
import type { CallScope, CatalogPort, HoldAfterCall, ReservationPort, Verdict } from './ports';

/** What became of one hold. */
export type Settlement =
  /** It is settled; `changed` says whether by this call. */
  | { readonly outcome: 'released' | 'sold'; readonly changed: boolean }
  /** There is no hold, so there is nothing to settle. */
  | { readonly outcome: 'no-hold' }
  /** The reservation is pending and lives on; ask again after `remainingMs`. */
  | { readonly outcome: 'not-due'; readonly remainingMs: number };

export type Outcomes<Value> = ReadonlyMap<string, EntryOutcome<Value>>;

export interface SettleBatchDeps {
  readonly reservations: ReservationPort;
  readonly catalog: CatalogPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each hold that contradicts its reservation. */
  readonly onContradiction?: () => void;
}

/** Each of a batch's three steps (verdicts, releases, sales) must be done within this. */
const STEP_TIMEOUT_MS = 5_000;

/**
 * Makes the Expire path for a batch of distinct reservation ids: reservation gives the verdicts, then catalog
 * settles the holds, which it does at most once for each. What fails for one part of a batch fails for that
 * part only. Gives an outcome for every id and never rejects.
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
        message: 'Some holds cannot be settled now; they are tried again.',
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
        'A hold contradicts its reservation; the audit shows what is wrong.',
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
      'A batch of holds went through.',
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
  if (hold === undefined) return failed('Catalog was not asked for this hold.');
  if (!hold.ok) return hold;
  const { state, changed } = hold.value;
  if (state === 'none') return { ok: true, value: { outcome: 'no-hold' } };
  // Catalog reports the state after its call, so "held" is a fault over there; another try may mend it.
  if (state === 'held') return failed('Catalog left the hold unsettled.');
  return { ok: true, value: { outcome: state, changed } };
};

const failed = (message: string): EntryOutcome<never> => ({ ok: false, error: new Error(message) });
