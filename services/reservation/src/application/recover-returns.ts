import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Clock,
  createFailureLog,
  describeCauses,
  type Logger,
  newId,
  type Stoppable,
  systemClock,
} from '@flashreserve/ops';
import type { Reservation } from '../domain/reservation';
import type { RequestScope, ReservationRepository } from './ports';
import type { SettleReturns } from './settle-returns';

/** Result of one pass through the reservations whose returns catalog may not know. */
export interface RecoveryPass {
  readonly settled: number;
  readonly failed: number;
  /** The longest time that the last return of one of those that failed waits, in seconds. */
  readonly waitingSeconds: number;
}

export interface ReturnsRecovery extends Stoppable {
  readonly start: () => void;
}

/** Pause between two passes, in milliseconds, and how much of it is random. */
const INTERVAL_MS = 3_000;
const JITTER = 0.3;
/** Reservations that are read at once, and of them those that are settled at once. */
const PAGE_SIZE = 100;
const AT_ONCE = 10;
/** Most reservations in one pass; the next one starts with those after them. */
const PASS_MAX = 10_000;
/** Time for all returns of one reservation. */
const SETTLE_MS_MAX = 10_000;
/** Younger returns are left to the call that made them. */
const AGE_MS_MIN = 2_000;

const lastReturnOf = ({ returns = [], createdAt }: Reservation): Date =>
  returns.at(-1)?.createdAt ?? createdAt;

interface RecoveryDeps {
  readonly reservations: Pick<ReservationRepository, 'findReturnsPending'>;
  readonly settleReturns: SettleReturns;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Settles what is marked, page by page. Whatever fails keeps its mark for the next pass and does
 * not keep the others waiting.
 */
export const createRecoveryPass = (deps: RecoveryDeps) => {
  const { reservations, settleReturns, clock, log } = deps;
  const logFailure = createFailureLog();
  /** Where the next pass starts. */
  let after = '';

  const ageMsOf = (reservation: Reservation): number =>
    clock.now().getTime() - lastReturnOf(reservation).getTime();

  const settle = async (reservation: Reservation): Promise<boolean> => {
    const scope: RequestScope = {
      requestId: newId(),
      // Deadlines of calls are in real time.
      deadline: new Date(systemClock.now().getTime() + SETTLE_MS_MAX),
      log,
    };
    try {
      await settleReturns({ reservation, unsettled: reservation.returns ?? [] }, scope);
      return true;
    } catch (error) {
      const { reservationId } = reservation;
      logFailure({
        log,
        level: 'warn',
        key: 'returns',
        fields: { causes: describeCauses(error), reservationId },
        message: 'Catalog could not be told of returns; retried in the next pass.',
      });
      return false;
    }
  };

  return async (signal: AbortSignal): Promise<RecoveryPass> => {
    let settled = 0;
    let failed = 0;
    let waitingMs = 0;
    for (let read = 0; read < PASS_MAX && !signal.aborted; read += PAGE_SIZE) {
      const page = await reservations.findReturnsPending({ after, limit: PAGE_SIZE });
      after = page.length < PAGE_SIZE ? '' : (page.at(-1)?.reservationId ?? '');
      const old = page.filter((reservation) => ageMsOf(reservation) >= AGE_MS_MIN);
      for (let start = 0; start < old.length && !signal.aborted; start += AT_ONCE) {
        const some = old.slice(start, start + AT_ONCE);
        const results = await Promise.all(some.map(settle));
        const left = some.filter((_reservation, index) => results[index] === false);
        settled += some.length - left.length;
        failed += left.length;
        waitingMs = Math.max(waitingMs, ...left.map(ageMsOf));
      }
      if (after === '') break;
    }
    return { settled, failed, waitingSeconds: waitingMs / 1_000 };
  };
};

/**
 * Guarantees that catalog learns of every return: passes one after the other, every few seconds,
 * whatever became of the calls that made the returns. Stopping waits for the settlements under way.
 */
export const createReturnsRecovery = (
  deps: RecoveryDeps & {
    readonly onPass: (pass: RecoveryPass) => void;
    readonly intervalMs?: number;
    readonly random?: () => number;
  },
): ReturnsRecovery => {
  const { log, onPass, intervalMs = INTERVAL_MS, random = Math.random } = deps;
  const runPass = createRecoveryPass(deps);
  const controller = new AbortController();
  const { signal } = controller;
  const logFailure = createFailureLog();
  let running: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        onPass(await runPass(signal));
      } catch (error) {
        logFailure({
          log,
          level: 'warn',
          key: 'pass',
          fields: { causes: describeCauses(error) },
          message: 'Reservations with returns to settle could not be read; retried shortly.',
        });
      }
      // Only an abort ends a pause early, and the loop checks for it.
      await sleep(intervalMs * (1 - JITTER * random()), undefined, { signal, ref: false }).catch(
        () => undefined,
      );
    }
  };

  return {
    start: () => {
      running = run();
    },
    stop: async () => {
      controller.abort();
      await running;
    },
  };
};
