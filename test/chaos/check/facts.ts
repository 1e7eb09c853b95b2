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

/** When a call was in flight; what it saw or did happened in between. */
export interface CallSpan {
  /** The number of the call in the history. */
  readonly n: number;
  readonly customerId: string;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A 201 or 200 response to a reserve call. */
export interface Acknowledgement extends CallSpan {
  readonly status: number;
  readonly replayed: boolean;
  readonly key: string | undefined;
  readonly asked: readonly Line[];
  readonly reservation: ReservationBody;
}

/** A status reported to a client. */
export interface Sighting extends CallSpan {
  readonly status: ReservationStatus;
  /** A refusal says EXPIRED as soon as a reservation is due, even while it is stored as PENDING. */
  readonly by: 'answer' | 'refusal';
}

/** A call for a known reservation. */
export interface Attempt extends CallSpan {
  readonly action: Exclude<CallRecord['action'], 'reserve'>;
  readonly status: number;
  readonly reason: string | undefined;
  /** Of an extension: its key, and by how much it moves the expiry. */
  readonly key: string | undefined;
  readonly seconds: number | undefined;
  /** Of a return: the units, undefined for all that are left, and what becomes of them. */
  readonly lines: readonly Line[] | undefined;
  readonly writeOff: boolean | undefined;
}

/** Everything reported to clients about one reservation, in history order. */
export interface Story {
  readonly reservationId: string;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly sightings: readonly Sighting[];
  readonly attempts: readonly Attempt[];
}

/** The contents of the history. */
export interface HistoryFacts {
  readonly run: RunRecord;
  /** Undefined if the harness did not finish. */
  readonly end: EndRecord | undefined;
  readonly products: readonly ProductRecord[];
  readonly adjustments: readonly AdjustRecord[];
  readonly faults: readonly FaultRecord[];
  readonly stories: ReadonlyMap<string, Story>;
}

/** Everything that the invariants are checked against. */
export interface Facts {
  readonly history: HistoryFacts;
  readonly store: Store;
}

/**
 * The maximum difference between the clock of reservation, which decides what is due, and that of
 * the harness. Times of the two are compared with this tolerance; times that one process compared
 * by its own clock must be exact.
 */
export const clockTolerance = ({ faults }: Pick<HistoryFacts, 'faults'>): number =>
  faults
    .filter(({ fault, target }) => fault === 'clock' && target.includes('reservation'))
    .reduce((max, { detail }) => Math.max(max, Math.abs(Number(detail?.['offsetMs'] ?? 0))), 0);

/** Whether somebody tried to extend the reservation. */
export const mayBeExtended = ({ attempts }: Pick<Story, 'attempts'>): boolean =>
  attempts.some(({ action }) => action === 'extend');

/**
 * When a reservation is due: as reported to its client, or else, and if it may have been extended,
 * as stored.
 */
export const dueTime = (story: Story, store: Store): number | undefined => {
  const told = story.acknowledgements[0]?.reservation.expiresAt;
  const stored = store.reservations.get(story.reservationId);
  if (told === undefined) return stored?.expiresAt;
  return mayBeExtended(story) && stored?.isTombstone === false
    ? stored.expiresAt
    : Date.parse(told);
};
