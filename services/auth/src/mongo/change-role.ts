import type { ClientSession } from 'mongoose';
import type { RoleChange } from '../application/ports';
import type { Role } from '../domain/user';
import { endSessions } from './end-sessions';
import { leavesAdminIn } from './leaves-admin';
import type { AuthModels } from './models';
import { toUser, WITHOUT_PASSWORD } from './user.document';

/**
 * Changes a role and ends the user's sessions within a transaction.
 *
 * @returns `endsSessions`: whether `finishEndingSessions` must follow. Also true when an earlier
 *   call changed the role and failed before it finished
 */
export const changeRoleIn = async (
  { users, sessions, adminGuards }: Pick<AuthModels, 'users' | 'sessions' | 'adminGuards'>,
  change: { readonly userId: string; readonly role: Role; readonly now: Date },
  session: ClientSession,
): Promise<{ readonly result: RoleChange; readonly endsSessions: boolean }> => {
  const { userId, role, now } = change;
  const options = { session };
  const found = await users.findById(userId, WITHOUT_PASSWORD, options).lean().exec();
  if (found === null || found.deletedAt !== undefined) {
    return { result: { outcome: 'not-found' }, endsSessions: false };
  }
  if (found.role === 'GUEST') return { result: { outcome: 'guest' }, endsSessions: false };
  if (found.role === role) {
    const endsSessions = found.endsSessions ?? false;
    return { result: { outcome: 'done', user: toUser(found) }, endsSessions };
  }
  const guarded = { users, adminGuards };
  if (found.role === 'ADMIN' && !(await leavesAdminIn(guarded, userId, session))) {
    return { result: { outcome: 'last-admin' }, endsSessions: false };
  }
  const changed = { role, endsSessions: true };
  await users.updateOne({ _id: userId, role: found.role }, { $set: changed }, options).exec();
  await endSessions({ sessions }, userId, now, options);
  return { result: { outcome: 'done', user: toUser({ ...found, role }) }, endsSessions: true };
};
