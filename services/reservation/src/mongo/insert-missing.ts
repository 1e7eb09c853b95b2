import { isDuplicateKey, repeatOnOutage } from '@flashreserve/store';
import { mongo } from 'mongoose';
import type { ReservationDocument } from './reservation.model';

const DUPLICATE_KEY = 11_000;

const insertOnce = async (
  reservations: mongo.Collection<ReservationDocument>,
  documents: readonly ReservationDocument[],
): Promise<ReadonlySet<number>> => {
  const [first] = documents;
  try {
    // The driver prepares a bulk write even for one document.
    if (documents.length === 1 && first !== undefined) await reservations.insertOne(first);
    else await reservations.insertMany([...documents], { ordered: false });
    return new Set();
  } catch (error) {
    // If no majority acknowledged the write, the error has the code of that failure, and the driver
    // omits which ids were duplicates.
    if (!isDuplicateKey(error)) throw error;
    if (!(error instanceof mongo.MongoBulkWriteError)) return new Set(documents.keys());
    const failures = [error.writeErrors].flat();
    if (failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return new Set(failures.map(({ index }) => index));
  }
};

/**
 * Inserts documents whose id is free, in one command that is retried when the store fails. A retry
 * confirms what an earlier attempt has written.
 *
 * @returns indexes in `documents` whose id was taken. After a retry the id may have been taken by
 *   the document itself, as when a caller retries the call
 */
export const insertMissing = (
  reservations: mongo.Collection<ReservationDocument>,
  documents: readonly ReservationDocument[],
): Promise<ReadonlySet<number>> => repeatOnOutage(() => insertOnce(reservations, documents));
