import { driverCollection, isDuplicateKey, repeatOnOutage } from '@flashreserve/store';
import { mongo } from 'mongoose';
import type { ReservationDocument, ReservationModel } from './reservation.model';

const DUPLICATE_KEY = 11_000;

const insertOnce = async (
  model: ReservationModel,
  documents: readonly ReservationDocument[],
): Promise<ReadonlySet<number>> => {
  try {
    await driverCollection(model).insertMany([...documents], { ordered: false });
    return new Set();
  } catch (error) {
    // When no majority has confirmed, the error has that code, and the driver leaves out which ids were taken.
    if (!isDuplicateKey(error)) throw error;
    if (!(error instanceof mongo.MongoBulkWriteError)) return new Set(documents.keys());
    const failures = [error.writeErrors].flat();
    if (failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return new Set(failures.map(({ index }) => index));
  }
};

/**
 * Inserts what is not there yet, in one command, which is repeated when the store fails. A repeat confirms what an attempt
 * before it has written.
 *
 * @returns places in `documents` of those whose id was taken. After a repeat that may be by the document itself, as for a
 *   caller who repeats the call
 */
export const insertMissing = (
  model: ReservationModel,
  documents: readonly ReservationDocument[],
): Promise<ReadonlySet<number>> => repeatOnOutage(() => insertOnce(model, documents));
