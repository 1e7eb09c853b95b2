import type { ClientSession } from 'mongoose';
import type { RoleChange } from '../application/ports';
import type { Role } from '../domain/user';
import { ADMIN_GUARD_ID } from './admin-guard.model';
import type { AuthModels } from './models';
import { toUser, WITHOUT_PASSWORD } from './user.document';

/** Ends all sessions of a user. */
const endSessions = async (
  { sessions }: Pick<AuthModels, 'sessions'>,
  userId: string,
  now: Date,
  options: { readonly session?: ClientSession } = {},
): Promise<void> => {
  const living = { userId, endedAt: { $exists: false } };
  await sessions.updateMany(living, { $set: { endedAt: now } }, options).exec();
};

/**
 * Changes a role and ends the user's sessions within a transaction.
 *
 * @returns `endsSessions`: whether `finishRoleChange` must follow. Also true when an earlier call
 *   changed the role and failed before it finished
 */
export const changeRoleIn = async (
  { users, sessions, adminGuards }: Pick<AuthModels, 'users' | 'sessions' | 'adminGuards'>,
  change: { readonly userId: string; readonly role: Role; readonly now: Date },
  session: ClientSession,
): Promise<{ readonly result: RoleChange; readonly endsSessions: boolean }> => {
  const { userId, role, now } = change;
  const options = { session };
  const found = await users.findById(userId, WITHOUT_PASSWORD, options).lean().exec();
  if (found === null) return { result: { outcome: 'not-found' }, endsSessions: false };
  if (found.role === role) {
    const endsSessions = found.endsSessions ?? false;
    return { result: { outcome: 'done', user: toUser(found) }, endsSessions };
  }
  if (found.role === 'ADMIN') {
    // Of two concurrent demotions, one gets a write conflict here and is retried after the other.
    await adminGuards
      .updateOne({ _id: ADMIN_GUARD_ID }, { $inc: { demotions: 1 } }, options)
      .exec();
    const other = await users
      .findOne({ role: 'ADMIN', _id: { $ne: userId } }, { _id: 1 }, options)
      .lean()
      .exec();
    if (other === null) return { result: { outcome: 'last-admin' }, endsSessions: false };
  }
  const changed = { role, endsSessions: true };
  await users.updateOne({ _id: userId, role: found.role }, { $set: changed }, options).exec();
  await endSessions({ sessions }, userId, now, options);
  return { result: { outcome: 'done', user: toUser({ ...found, role }) }, endsSessions: true };
};

/**
 * Ends the sessions that the transaction's snapshot did not include: a log-in that read the old
 * role may have opened one. Safe to repeat.
 */
export const finishRoleChange = async (
  { users, sessions }: Pick<AuthModels, 'users' | 'sessions'>,
  userId: string,
  now: Date,
): Promise<void> => {
  await endSessions({ sessions }, userId, now);
  await users.updateOne({ _id: userId }, { $unset: { endsSessions: true } }).exec();
};
