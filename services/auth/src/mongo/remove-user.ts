import type { ClientSession } from 'mongoose';
import type { AccountRepository, Deletion } from '../application/account-ports';
import { accountLinkId } from './account-link.model';
import { endSessions } from './end-sessions';
import { leavesAdminIn } from './leaves-admin';
import type { AuthModels } from './models';
import { WITHOUT_PASSWORD } from './user.document';

type Touched = Pick<AuthModels, 'users' | 'sessions' | 'adminGuards' | 'accountLinks'>;

/** Ends the links of a user within a transaction. */
export const endLinksIn = async (
  { accountLinks }: Pick<AuthModels, 'accountLinks'>,
  userId: string,
  session: ClientSession,
): Promise<void> => {
  const ids = [accountLinkId('password', userId), accountLinkId('email', userId)];
  await accountLinks.deleteMany({ _id: { $in: ids } }, { session }).exec();
};

/**
 * Empties a user within a transaction. What is left says that the id was a user's, so that its
 * reservations have an owner; of a guest, the store deletes that as well. `finishEndingSessions`
 * must follow.
 */
export const removeUserIn = async (
  models: Touched,
  { userId, only, now }: Parameters<AccountRepository['remove']>[0],
  session: ClientSession,
): Promise<Deletion> => {
  const options = { session };
  const found = await models.users
    .findOne({ _id: userId, ...only }, WITHOUT_PASSWORD, options)
    .lean()
    .exec();
  if (found === null || found.deletedAt !== undefined) return 'not-found';
  if (found.role === 'ADMIN' && !(await leavesAdminIn(models, userId, session))) {
    return 'last-admin';
  }
  await models.users
    .updateOne(
      { _id: userId },
      {
        $set: { name: '', role: 'CUSTOMER', deletedAt: now, endsSessions: true },
        $unset: { email: true, passwordHash: true, disabledAt: true },
        $inc: { passwordVersion: 1 },
      },
      options,
    )
    .exec();
  await endLinksIn(models, userId, session);
  await endSessions(models, userId, now, options);
  return 'done';
};
