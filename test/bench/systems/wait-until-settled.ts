import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

const POLL_MS = 50;
const AUDIT_POLL_MS = 500;
const TIMEOUT_MS = 30_000;

/** Whether the condition holds within 30 s. */
const holdsInTime = async (
  condition: () => Promise<boolean>,
  everyMs: number,
): Promise<boolean> => {
  const giveUpAt = Date.now() + TIMEOUT_MS;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) return false;
    await pause(everyMs);
  }
  return true;
};

/** Waits until catalog holds exactly `units` of these products, for at most 30 s. */
export const waitUntilHeld = async (
  mongoUri: string,
  prefix: string,
  productIds: readonly string[],
  units: number,
): Promise<boolean> => {
  const client = await new MongoClient(mongoUri).connect();
  try {
    const products = client.db(`${prefix}_catalog`).collection<{ _id: string }>('products');
    const isSettled = async (): Promise<boolean> => {
      const found = await products
        .find({ _id: { $in: [...productIds] } })
        .project<{ readonly held: number }>({ _id: 0, held: 1 })
        .toArray();
      return found.reduce((sum, { held }) => sum + held, 0) === units;
    };
    return await holdsInTime(isSettled, POLL_MS);
  } finally {
    await client.close();
  }
};

/**
 * Waits until as many holds are open as reservations are pending, for at most 30 s: a response may
 * come before its hold is settled.
 */
export const waitUntilAllSettled = async (mongoUri: string, prefix: string): Promise<boolean> => {
  const client = await new MongoClient(mongoUri).connect();
  try {
    const holds = client.db(`${prefix}_catalog`).collection('holds');
    const reservations = client.db(`${prefix}_reservation`).collection('reservations');
    const isSettled = async (): Promise<boolean> => {
      const open = await holds.countDocuments({ state: 'HELD' });
      return open === (await reservations.countDocuments({ status: 'PENDING' }));
    };
    return await holdsInTime(isSettled, AUDIT_POLL_MS);
  } finally {
    await client.close();
  }
};
