import type { ClientSession } from 'mongoose';
import type { GuestRegistered, GuestRegistration } from '../application/ports';
import { endSessions } from './end-sessions';
import type { AuthModels } from './models';
import { toUser } from './user.document';

/**
 * Turns a guest into a customer within a transaction, and ends its sessions. Fails with a duplicate
 * key if the e-mail address is taken. The password version grows, as with every new password: no
 * refresh token from before works, whatever happens concurrently.
 */
export const registerGuestIn = async (
  { users, sessions }: Pick<AuthModels, 'users' | 'sessions'>,
  { userId, now, ...account }: GuestRegistration,
  session: ClientSession,
): Promise<GuestRegistered> => {
  const registered = await users
    .findOneAndUpdate(
      { _id: userId, role: 'GUEST', disabledAt: { $exists: false } },
      {
        $set: { ...account, role: 'CUSTOMER' },
        $inc: { passwordVersion: 1 },
        $unset: { guestUntil: true },
      },
      { session, returnDocument: 'after' },
    )
    .lean()
    .exec();
  if (registered === null) return { outcome: 'no-guest' };
  await endSessions({ sessions }, userId, now, { session });
  return { outcome: 'done', user: toUser(registered) };
};
