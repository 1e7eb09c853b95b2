import type { Flight } from './flight';
import type { GroupCommitOptions } from './options';
import { runBatch } from './run-batch';
import type { Waiting } from './waiting-line';

type Deps<Entry, Result> = Required<
  Pick<GroupCommitOptions<Entry, Result>, 'commit' | 'isEntryFault' | 'name'>
>;

const latestDeadline = (batch: readonly { readonly deadline: Date }[]): Date =>
  new Date(Math.max(...batch.map(({ deadline }) => deadline.getTime())));

const write = async <Entry, Result>(
  batch: readonly Waiting<Entry, Result>[],
  flight: Flight<Entry, Result>,
  deps: Deps<Entry, Result>,
): Promise<void> => {
  try {
    const entries = batch.map(({ entry }) => entry);
    const outcomes = await runBatch(deps.name, batch, () =>
      deps.commit(entries, latestDeadline(batch)),
    );
    for (const [index, waiting] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new RangeError('A batch write returned too few outcomes.');
      flight.end(waiting, outcome);
    }
  } catch (error) {
    if (batch.length > 1 && deps.isEntryFault(error)) {
      for (const waiting of batch)
        if (flight.open.has(waiting)) await write([waiting], flight, deps);
      return;
    }
    for (const waiting of batch) flight.end(waiting, { ok: false, error });
  }
};

/** Writes a batch and settles every entry that is still open. Never rejects. */
export const writeFlight = <Entry, Result>(
  flight: Flight<Entry, Result>,
  deps: Deps<Entry, Result>,
): Promise<void> => write(flight.entries, flight, deps);
