import type { ClientSession } from 'mongoose';
import type { StatusChange } from '../application/account-ports';
import { endSessions } from './end-sessions';
import { leavesAdminIn } from './leaves-admin';
import type { AuthModels } from './models';
import { endLinksIn } from './remove-user';
import { toUser, WITHOUT_PASSWORD } from './user.document';

/**
 * Disables or enables a user within a transaction.
 *
 * @returns `endsSessions`: whether `finishEndingSessions` must follow. Also true when an earlier
 *   call disabled the user and failed before it finished
 */
export const setDisabledIn = async (
  models: Pick<AuthModels, 'users' | 'sessions' | 'adminGuards' | 'accountLinks'>,
  change: { readonly userId: string; readonly isDisabled: boolean; readonly now: Date },
  session: ClientSession,
): Promise<{ readonly result: StatusChange; readonly endsSessions: boolean }> => {
  const { userId, isDisabled, now } = change;
  const options = { session };
  const found = await models.users.findById(userId, WITHOUT_PASSWORD, options).lean().exec();
  if (found === null || found.deletedAt !== undefined) {
    return { result: { outcome: 'not-found' }, endsSessions: false };
  }
  const { disabledAt, ...enabled } = found;
  const endsSessions = found.endsSessions ?? false;
  if ((disabledAt !== undefined) === isDisabled) {
    return { result: { outcome: 'done', user: toUser(found) }, endsSessions };
  }
  if (!isDisabled) {
    await models.users.updateOne({ _id: userId }, { $unset: { disabledAt: true } }, options).exec();
    return { result: { outcome: 'done', user: toUser(enabled) }, endsSessions };
  }
  if (found.role === 'ADMIN' && !(await leavesAdminIn(models, userId, session))) {
    return { result: { outcome: 'last-admin' }, endsSessions: false };
  }
  const changed = { disabledAt: now, endsSessions: true };
  await models.users.updateOne({ _id: userId }, { $set: changed }, options).exec();
  await endLinksIn(models, userId, session);
  await endSessions(models, userId, now, options);
  return {
    result: { outcome: 'done', user: toUser({ ...found, ...changed }) },
    endsSessions: true,
  };
};
