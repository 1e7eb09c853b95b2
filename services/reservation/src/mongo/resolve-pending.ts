import { driverCollection, repeatOnOutage } from '@flashreserve/store';
import type { mongo } from 'mongoose';
import {
  ANY_CUSTOMER,
  type OwnedReservation,
  type ReservationRepository,
  type Resolution,
} from '../application/ports';
import {
  type ReservationDocument,
  type ReservationModel,
  toReservation,
} from './reservation.model';

/** The field with the time of each final state. */
const TIME_FIELD = { CONFIRMED: 'confirmedAt', CANCELLED: 'cancelledAt' } as const;

type FinalState = Resolution['to'];

/** Neither an id nor an owner has a space. */
const pairOf = ({ reservationId, customerId }: OwnedReservation): string =>
  `${reservationId} ${customerId}`;

/**
 * Compares reservations with their owners in pairs, because the owner of one entry must not resolve
 * that of another; as an `$or` of pairs it took the local store ten times as long.
 */
const ofTheirOwners = (resolutions: readonly OwnedReservation[]) => ({
  $expr: {
    $in: [{ $concat: ['$_id', ' ', '$customerId'] }, { $literal: resolutions.map(pairOf) }],
  },
});

const hasOwner = (resolution: Resolution): resolution is Resolution & OwnedReservation =>
  resolution.customerId !== ANY_CUSTOMER;

/** The same, and the payment grace has not begun. */
const ofTheirOwnersInTime = (resolutions: readonly OwnedReservation[], now: Date) => {
  const { $expr } = ofTheirOwners(resolutions);
  const shownExpiry = { $subtract: ['$expiresAt', { $ifNull: ['$graceMs', 0] }] };
  return { $expr: { $and: [$expr, { $gt: [shownExpiry, now] }] } };
};

/** One update of every reservation that is resolved to this state. */
const toUpdate = (
  resolutions: readonly Resolution[],
  to: FinalState,
  now: Date,
  guard: mongo.Filter<ReservationDocument> = {},
): readonly mongo.AnyBulkWriteOperation<ReservationDocument>[] =>
  resolutions.length === 0
    ? []
    : [
        {
          updateMany: {
            filter: {
              _id: { $in: resolutions.map(({ reservationId }) => reservationId) },
              status: 'PENDING',
              expiresAt: { $gt: now },
              ...guard,
            },
            update: { $set: { status: to, [TIME_FIELD[to]]: now } },
          },
        },
      ];

const toUpdates = (
  resolutions: readonly Resolution[],
  now: Date,
  hasGrace: boolean,
): mongo.AnyBulkWriteOperation<ReservationDocument>[] =>
  (['CONFIRMED', 'CANCELLED'] as const).flatMap((state) => {
    const wanted = resolutions.filter(({ to }) => to === state);
    const owned = wanted.filter(hasOwner);
    const anybodys = wanted.filter((resolution) => !hasOwner(resolution));
    if (!hasGrace) {
      return [
        ...toUpdate(owned, state, now, ofTheirOwners(owned)),
        ...toUpdate(anybodys, state, now),
      ];
    }
    const customers = owned.filter(({ by }) => by === 'customer');
    const services = owned.filter(({ by }) => by === 'backend');
    return [
      ...toUpdate(customers, state, now, ofTheirOwnersInTime(customers, now)),
      ...toUpdate(services, state, now, ofTheirOwners(services)),
      ...toUpdate(anybodys, state, now),
    ];
  });

/**
 * Resolves many reservations with one command: a conditional update per final state of those with a
 * given owner, and one of the others. One read
 * then tells which succeeded, because the command reports only their number. The write comes first,
 * so a lost reply leaves nothing undone.
 *
 * A reservation that has the requested state since `now` counts as resolved by this call. That also
 * holds if an earlier attempt of the command resolved it, or another call to the same state in the
 * same millisecond, here or on another instance. Telling these apart would need a mark of the call
 * in the document. It would change nothing: the state is final, and what follows a resolution may
 * safely happen twice.
 *
 * Without a payment grace, updates do not ask for it. So a deployment that turns it off lets
 * customers confirm until the end of graces that have begun.
 */
export const createResolver = (
  model: ReservationModel,
  { hasGrace }: { readonly hasGrace: boolean },
): ReservationRepository['resolve'] => {
  const reservations = driverCollection(model);
  return async (resolutions, now) => {
    // The driver does not retry updateMany. A retry matches only what is still pending.
    await repeatOnOutage(() =>
      reservations.bulkWrite(toUpdates(resolutions, now, hasGrace), { ordered: false }),
    );
    const documents = await reservations
      .find({ _id: { $in: resolutions.map(({ reservationId }) => reservationId) } })
      .toArray();
    const byId = new Map(documents.map((document) => [document._id, document]));
    return resolutions.map(({ reservationId, customerId, to }) => {
      const document = byId.get(reservationId);
      const isTheirs = customerId === ANY_CUSTOMER || document?.customerId === customerId;
      return isTheirs &&
        document?.status === to &&
        document[TIME_FIELD[to]]?.getTime() === now.getTime()
        ? toReservation(document)
        : undefined;
    });
  };
};
