import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

const POLL_MS = 300;
/** Consecutive reads, because the two databases are not read at the same moment. */
const QUIET_LOOKS = 3;

/**
 * Waits until no reservation is pending, no hold is held, and catalog knows all returns.
 *
 * @returns that time in ms since 1970; 0 if it was not reached within `timeoutMs`
 */
export const comeToRest = async (
  stores: { readonly mongoUri: string; readonly prefix: string },
  timeoutMs: number,
): Promise<number> => {
  const client = new MongoClient(stores.mongoUri, { serverSelectionTimeoutMS: 20_000 });
  try {
    await client.connect();
    const reservations = client.db(`${stores.prefix}_reservation`).collection('reservations');
    const holds = client.db(`${stores.prefix}_catalog`).collection('holds');
    const giveUpAt = Date.now() + timeoutMs;
    for (let quietLooks = 0; Date.now() < giveUpAt; await pause(POLL_MS)) {
      const open =
        (await reservations.countDocuments({ status: 'PENDING' }, { limit: 1 })) +
        (await reservations.countDocuments({ returnsPending: true }, { limit: 1 })) +
        (await holds.countDocuments({ state: 'HELD' }, { limit: 1 }));
      quietLooks = open === 0 ? quietLooks + 1 : 0;
      if (quietLooks === QUIET_LOOKS) return Date.now();
    }
    return 0;
  } finally {
    await client.close();
  }
};
