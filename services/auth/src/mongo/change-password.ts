import type { ClientSession } from 'mongoose';
import type { PasswordChange } from '../application/ports';
import type { AuthModels } from './models';

/**
 * Replaces a password within a transaction, keeps one session open and ends the others. A session
 * opened concurrently with the old password has the old version, so it cannot be refreshed.
 */
export const changePasswordIn = async (
  { users, sessions }: Pick<AuthModels, 'users' | 'sessions'>,
  { userId, oldHash, newHash, keptSessionId, now }: PasswordChange,
  session: ClientSession,
): Promise<boolean> => {
  const changed = await users
    .findOneAndUpdate(
      { _id: userId, passwordHash: oldHash },
      { $set: { passwordHash: newHash }, $inc: { passwordVersion: 1 } },
      { session, returnDocument: 'after', projection: { passwordVersion: 1 } },
    )
    .lean()
    .exec();
  if (changed === null) return false;
  const living = { userId, endedAt: { $exists: false } };
  if (keptSessionId !== undefined) {
    await sessions
      .updateOne(
        { ...living, _id: keptSessionId },
        { $set: { passwordVersion: changed.passwordVersion ?? 0 } },
        { session },
      )
      .exec();
  }
  const others = keptSessionId === undefined ? living : { ...living, _id: { $ne: keptSessionId } };
  await sessions.updateMany(others, { $set: { endedAt: now } }, { session }).exec();
  return true;
};
