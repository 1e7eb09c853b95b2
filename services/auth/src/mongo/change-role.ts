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
): Promise<{ readonly result: RoleChange; readonly isNew: boolean }> => {
  const { userId, role, now } = change;
  const options = { session };
  const found = await users.findById(userId, WITHOUT_PASSWORD, options).lean().exec();
  if (found === null) return { result: { outcome: 'not-found' }, isNew: false };
  if (found.role === role)
    return { result: { outcome: 'done', user: toUser(found) }, isNew: false };
  if (found.role === 'ADMIN') {
    // Of two demotions at once, one meets the other's write here and is run again after it.
    await adminGuards
      .updateOne({ _id: ADMIN_GUARD_ID }, { $inc: { demotions: 1 } }, options)
      .exec();
    const other = await users
      .findOne({ role: 'ADMIN', _id: { $ne: userId } }, { _id: 1 }, options)
      .lean()
      .exec();
    if (other === null) return { result: { outcome: 'last-admin' }, isNew: false };
  }
  await users.updateOne({ _id: userId, role: found.role }, { $set: { role } }, options).exec();
  await endSessions({ sessions }, userId, now, options);
  return { result: { outcome: 'done', user: toUser({ ...found, role }) }, isNew: true };
};

/**
 * Ends all sessions of a user. After a change of role it is done once more outside of the transaction: a log-in that read the
 * old role just before has opened its session where the transaction could not see it.
 */
export const endSessions = async (
  { sessions }: Pick<AuthModels, 'sessions'>,
  userId: string,
  now: Date,
  options: { readonly session?: ClientSession } = {},
): Promise<void> => {
  const living = { userId, endedAt: { $exists: false } };
  await sessions.updateMany(living, { $set: { endedAt: now } }, options).exec();
};
