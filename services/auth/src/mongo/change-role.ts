import type { ClientSession } from 'mongoose';
import type { RoleChange } from '../application/ports';
import type { Role } from '../domain/user';
import { ADMIN_GUARD_ID } from './admin-guard.model';
import type { AuthModels } from './models';
import { toUser, WITHOUT_PASSWORD } from './user.document';

/** Changes a role within a transaction, and ends the user's sessions. */
export const changeRoleIn = async (
  { users, sessions, adminGuards }: Pick<AuthModels, 'users' | 'sessions' | 'adminGuards'>,
  change: { readonly userId: string; readonly role: Role; readonly now: Date },
  session: ClientSession,
): Promise<RoleChange> => {
  const { userId, role, now } = change;
  const options = { session };
  const found = await users.findById(userId, WITHOUT_PASSWORD, options).lean().exec();
  if (found === null) return { outcome: 'not-found' };
  if (found.role === role) return { outcome: 'done', user: toUser(found) };
  if (found.role === 'ADMIN') {
    // Of two demotions at once, one meets the other's write here and is run again after it.
    await adminGuards
      .updateOne({ _id: ADMIN_GUARD_ID }, { $inc: { demotions: 1 } }, options)
      .exec();
    const other = await users
      .findOne({ role: 'ADMIN', _id: { $ne: userId } }, { _id: 1 }, options)
      .lean()
      .exec();
    if (other === null) return { outcome: 'last-admin' };
  }
  await users.updateOne({ _id: userId, role: found.role }, { $set: { role } }, options).exec();
  await sessions
    .updateMany({ userId, endedAt: { $exists: false } }, { $set: { endedAt: now } }, options)
    .exec();
  return { outcome: 'done', user: toUser({ ...found, role }) };
};
