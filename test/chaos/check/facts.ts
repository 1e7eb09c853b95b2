import type {
  AdjustRecord,
  CallRecord,
  EndRecord,
  FaultRecord,
  Line,
  ProductRecord,
  ReservationBody,
  ReservationStatus,
  RunRecord,
} from '../history/history';
import type { Store } from './store';

/** When a call was under way; what it saw or did happened in between. */
export interface CallSpan {
  /** The call's number in the history. */
  readonly n: number;
  readonly customerId: string;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A 201 or 200 to a reserve call. */
export interface Acknowledgement extends CallSpan {
  readonly status: number;
  readonly replayed: boolean;
  readonly key: string | undefined;
  readonly asked: readonly Line[];
  readonly reservation: ReservationBody;
}

/** A status that a client was told. */
export interface Sighting extends CallSpan {
  readonly status: ReservationStatus;
  /** A refusal says EXPIRED as soon as a reservation is due, even while it is still stored as PENDING. */
  readonly by: 'answer' | 'refusal';
}

/** A call for one known reservation. */
export interface Attempt extends CallSpan {
  readonly action: Exclude<CallRecord['action'], 'reserve'>;
  readonly status: number;
  readonly reason: string | undefined;
}

/** Everything that clients were told of one reservation, in the order of the history. */
export interface Story {
  readonly reservationId: string;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly sightings: readonly Sighting[];
  readonly attempts: readonly Attempt[];
}

/** What the history says. */
export interface HistoryFacts {
  readonly run: RunRecord;
  /** Undefined when the harness did not come to its end. */
  readonly end: EndRecord | undefined;
  readonly products: readonly ProductRecord[];
  readonly adjustments: readonly AdjustRecord[];
  readonly faults: readonly FaultRecord[];
  readonly stories: ReadonlyMap<string, Story>;
}

/** All that the invariants are judged by. */
export interface Facts {
  readonly history: HistoryFacts;
  readonly store: Store;
}

/**
 * How far the clock of reservation, which decides what is due, was ever away from the clock of the harness. Only
 * times of the one are compared with times of the other within it; what one process compared by its own clock
 * must be exact.
 */
export const clockTolerance = ({ faults }: Pick<HistoryFacts, 'faults'>): number =>
  faults
    .filter(({ fault, target }) => fault === 'clock' && target.includes('reservation'))
    .reduce((max, { detail }) => Math.max(max, Math.abs(Number(detail?.['offsetMs'] ?? 0))), 0);

/** When a reservation is due, as its client was told, or else as it is stored. */
export const dueTime = (story: Story, store: Store): number | undefined => {
  const told = story.acknowledgements[0]?.reservation.expiresAt;
  return told === undefined
    ? store.reservations.get(story.reservationId)?.expiresAt
    : Date.parse(told);
};
