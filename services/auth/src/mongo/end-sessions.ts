import type { ClientSession } from 'mongoose';
import type { AuthModels } from './models';

/** Ends all sessions of a user. */
export const endSessions = async (
  { sessions }: Pick<AuthModels, 'sessions'>,
  userId: string,
  now: Date,
  options: { readonly session?: ClientSession } = {},
): Promise<void> => {
  const living = { userId, endedAt: { $exists: false } };
  await sessions.updateMany(living, { $set: { endedAt: now } }, options).exec();
};

/**
 * Ends the sessions that the snapshot of a transaction with `endsSessions` did not include: a
 * log-in that read the user before may have opened one. Safe to repeat.
 */
export const finishEndingSessions = async (
  { users, sessions }: Pick<AuthModels, 'users' | 'sessions'>,
  userId: string,
  now: Date,
): Promise<void> => {
  await endSessions({ sessions }, userId, now);
  await users.updateOne({ _id: userId }, { $unset: { endsSessions: true } }).exec();
};
