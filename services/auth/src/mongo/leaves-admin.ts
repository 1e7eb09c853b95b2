import type { ClientSession } from 'mongoose';
import { ADMIN_GUARD_ID } from './admin-guard.model';
import type { AuthModels } from './models';

/**
 * Whether an administrator who can log in is left without this user, within a transaction that
 * takes the user's role, disables it or deletes it. Of two concurrent ones, one gets a write
 * conflict here and is retried after the other.
 */
export const leavesAdminIn = async (
  { users, adminGuards }: Pick<AuthModels, 'users' | 'adminGuards'>,
  userId: string,
  session: ClientSession,
): Promise<boolean> => {
  await adminGuards
    .updateOne({ _id: ADMIN_GUARD_ID }, { $inc: { demotions: 1 } }, { session })
    .exec();
  const other = await users
    .findOne(
      { role: 'ADMIN', _id: { $ne: userId }, disabledAt: { $exists: false } },
      { _id: 1 },
      { session },
    )
    .lean()
    .exec();
  return other !== null;
};
