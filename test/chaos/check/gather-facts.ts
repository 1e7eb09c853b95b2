import type {
  AdjustRecord,
  CallRecord,
  EndRecord,
  FaultRecord,
  HistoryRecord,
  ProductRecord,
  ReservationStatus,
  RunRecord,
} from '../history/history';
import { type CallCounter, createCallCounter } from './count-calls';
import type { Acknowledgement, Attempt, CallSpan, HistoryFacts, Sighting } from './facts';

interface GrowingStory {
  readonly reservationId: string;
  readonly acknowledgements: Acknowledgement[];
  readonly sightings: Sighting[];
  readonly attempts: Attempt[];
}

/** The status implied by a refused confirm or cancel. */
const REFUSED_STATUS: Readonly<Record<string, ReservationStatus>> = {
  RESERVATION_CONFIRMED: 'CONFIRMED',
  RESERVATION_CANCELLED: 'CANCELLED',
  RESERVATION_EXPIRED: 'EXPIRED',
  RESERVATION_RETURNED: 'RETURNED',
};

const spanOf = ({ n, customerId, sentAt, answeredAt }: CallRecord): CallSpan => ({
  n,
  customerId,
  sentAt,
  answeredAt,
});

const isAccepted = ({ status }: CallRecord): boolean => status === 200 || status === 201;

/** The status that the response contains or implies. */
const sightingOf = (call: CallRecord): Sighting | undefined => {
  const span = spanOf(call);
  if (isAccepted(call)) {
    const implied = {
      confirm: 'CONFIRMED',
      cancel: 'CANCELLED',
      reserve: undefined,
      get: undefined,
      extend: undefined,
      revive: 'CONFIRMED',
      return: undefined,
    };
    const status =
      call.reservation?.status ?? (implied[call.action] as ReservationStatus | undefined);
    return status === undefined ? undefined : { ...span, status, by: 'answer' };
  }
  const status = call.status === 409 ? REFUSED_STATUS[call.reason ?? ''] : undefined;
  return status === undefined ? undefined : { ...span, status, by: 'refusal' };
};

const addCall = (stories: Map<string, GrowingStory>, call: CallRecord): void => {
  const reservationId =
    call.reservationId ?? (isAccepted(call) ? call.reservation?.reservationId : undefined);
  // A reserve call that was not accepted says nothing about a reservation.
  if (reservationId === undefined) return;
  const story = stories.get(reservationId) ?? {
    reservationId,
    acknowledgements: [],
    sightings: [],
    attempts: [],
  };
  stories.set(reservationId, story);

  const sighting = sightingOf(call);
  if (sighting !== undefined) story.sightings.push(sighting);
  const { action, status, reason, reservation } = call;
  if (action !== 'reserve') {
    const { key, seconds, lines, writeOff } = call;
    const asked = { key, seconds, lines, writeOff };
    story.attempts.push({ ...spanOf(call), action, status, reason, ...asked });
  } else if (reservation !== undefined && isAccepted(call)) {
    story.acknowledgements.push({
      ...spanOf(call),
      status,
      replayed: call.replayed === true,
      key: call.key,
      asked: call.lines ?? [],
      reservation,
    });
  }
};

export interface GatheredHistory {
  readonly history: HistoryFacts;
  readonly calls: CallCounter;
}

/**
 * Groups a history by reservation, in one pass.
 *
 * @throws Error if it contains no run
 */
export const gatherFacts = async (
  records: AsyncIterable<HistoryRecord> | Iterable<HistoryRecord>,
): Promise<GatheredHistory> => {
  let run: RunRecord | undefined;
  let end: EndRecord | undefined;
  const products: ProductRecord[] = [];
  const adjustments: AdjustRecord[] = [];
  const faults: FaultRecord[] = [];
  const stories = new Map<string, GrowingStory>();
  const calls = createCallCounter();
  for await (const record of records) {
    if (record.kind === 'call') {
      calls.add(record);
      addCall(stories, record);
    } else if (record.kind === 'product') products.push(record);
    else if (record.kind === 'adjust') adjustments.push(record);
    else if (record.kind === 'fault') faults.push(record);
    else if (record.kind === 'run') run = record;
    else end = record;
  }
  if (run === undefined) throw new Error('The history has no run.');
  return { history: { run, end, products, adjustments, faults, stories }, calls };
};
