import { createAlarm } from '@flashreserve/ops';
import { context } from '@opentelemetry/api';
import { unavailable } from '../errors/common-errors';
import { createFlight, type Flight } from './flight';
import { createGathering } from './gathering';
import { asUnwritten } from './known-unwritten';
import type { GroupCommit, GroupCommitOptions } from './options';
import { createPlaces } from './places';
import { createWaitingLine, type Waiting, type WaitingLine } from './waiting-line';
import { writeFlight } from './write-flight';

const shuttingDown = () => unavailable('SHUTTING_DOWN', 'This instance is shutting down.');

/** Rejects expired entries and returns the earliest remaining deadline. */
const endDue = (
  line: Pick<WaitingLine<unknown, unknown>, 'endDue'>,
  flights: Iterable<Pick<Flight<unknown, unknown>, 'endDue'>>,
  nowMs: number,
): number => {
  let earliest = line.endDue(nowMs);
  for (const flight of flights) earliest = Math.min(earliest, flight.endDue(nowMs));
  return earliest;
};

/**
 * Batches requests that arrive while a write is in flight into the next write, so a hot record
 * costs one write per batch instead of one per request. A request that arrives alone is written
 * immediately. Each request ends at its own deadline, even if its write hangs.
 */
export const createGroupCommit = <Entry, Result>(
  options: GroupCommitOptions<Entry, Result>,
): GroupCommit<Entry, Result> => {
  const { commit, clock, name = 'entries', isEntryFault = () => false, observe } = options;
  const { maxBatchSize = 128, maxQueueLength = 10_000, yieldAfterMs } = options;
  const { maxInFlight = 1, minCompany = 1, restMs = 0, gatherMs = 0 } = options;
  const line = createWaitingLine<Entry, Result>({ clock, maxBatchSize, maxQueueLength });
  const gathering = createGathering(minCompany);
  /** Flights with unsettled entries. */
  const flights = new Set<Flight<Entry, Result>>();
  let writes = 0;
  let scheduled = false;
  let draining = false;
  const onIdle: (() => void)[] = [];

  const write = async (batch: readonly Waiting<Entry, Result>[]): Promise<void> => {
    const startedAt = performance.now();
    const queueLength = line.length();
    writes += 1;
    const leavePlace = places.take();
    const flight = createFlight(batch, () => {
      flights.delete(flight);
      gathering.onSettled(batch.length);
      leavePlace();
      if (flights.size === 0) schedule();
    });
    flights.add(flight);
    await writeFlight(flight, { commit, isEntryFault, name });
    writes -= 1;
    observe?.({
      size: batch.length,
      queueLength,
      waitMs: startedAt - (batch[0]?.since ?? startedAt),
      durationMs: performance.now() - startedAt,
    });
  };

  const run = (): void => {
    scheduled = false;
    while (places.isWorthIt(line.length())) {
      const batch = line.takeBatch();
      if (batch.length > 0) void write(batch);
    }
    if (line.length() > 0 || flights.size > 0) return;
    for (const resolve of onIdle.splice(0)) resolve();
  };

  /** Runs at the end of the event loop turn, so that requests of one turn share a write. */
  const schedule = (): void => {
    if (scheduled || !places.isFree()) return;
    scheduled = true;
    const gathers = gatherMs > 0 && flights.size === 0 && !draining;
    if (gathers && gathering.isWorthIt(line.length())) setTimeout(run, gatherMs);
    else setImmediate(run);
  };

  const places = createPlaces({
    ...{ maxInFlight, minCompany, restMs, yieldAfterMs },
    isDraining: () => draining,
    onFree: schedule,
  });
  const alarm = createAlarm({
    now: () => clock.now().getTime(),
    ring: (nowMs) => {
      const earliest = endDue(line, flights, nowMs);
      if (draining) schedule();
      return earliest;
    },
  });
  observe?.watch?.(() => {
    const written = [...flights].reduce((sum, { open }) => sum + open.size, 0);
    return { entries: line.length() + written, writes };
  });

  return {
    submit: (entry, deadline) =>
      new Promise<Result>((resolve, reject) => {
        if (draining) {
          reject(asUnwritten(shuttingDown()));
          return;
        }
        const since = performance.now();
        const origin = context.active();
        if (!line.add({ entry, deadline, since, origin, resolve, reject })) return;
        alarm.ringAt(deadline.getTime());
        schedule();
      }),
    drain: () => {
      draining = true;
      return new Promise((resolve) => {
        onIdle.push(resolve);
        schedule();
      });
    },
  };
};
