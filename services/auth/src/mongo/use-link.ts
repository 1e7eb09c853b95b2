import type { ClientSession } from 'mongoose';
import type { AccountRepository } from '../application/account-ports';
import { isUsable, type LinkPurpose } from '../domain/account-link';
import { type AccountLinkDocument, accountLinkId } from './account-link.model';
import { endSessions } from './end-sessions';
import type { AuthModels } from './models';
import { endLinksIn } from './remove-user';
import { toLivingUser, WITHOUT_PASSWORD } from './user.document';

type Touched = Pick<AuthModels, 'users' | 'sessions' | 'accountLinks'>;

/**
 * Takes a link within a transaction: of concurrent ones, one finds it. Undefined if it is not
 * valid; it is gone then, too.
 */
const takeLinkIn = async (
  { users, accountLinks }: Touched,
  wanted: { readonly purpose: LinkPurpose; readonly tokenHash: string; readonly now: Date },
  session: ClientSession,
): Promise<AccountLinkDocument | undefined> => {
  const { purpose, tokenHash, now } = wanted;
  const link = await accountLinks
    .findOneAndDelete({ tokenHash, purpose }, { session })
    .lean()
    .exec();
  if (link === null) return undefined;
  const user = await users.findById(link.userId, WITHOUT_PASSWORD, { session }).lean().exec();
  return isUsable(link, toLivingUser(user), now) ? link : undefined;
};

/** Replaces a password within a transaction. `finishEndingSessions` must follow. */
export const usePasswordLinkIn = async (
  models: Touched,
  { tokenHash, newHash, now }: Parameters<AccountRepository['usePasswordLink']>[0],
  session: ClientSession,
): Promise<string | undefined> => {
  const link = await takeLinkIn(models, { purpose: 'password', tokenHash, now }, session);
  if (link === undefined) return undefined;
  const { userId } = link;
  const change = {
    $set: { passwordHash: newHash, endsSessions: true },
    $inc: { passwordVersion: 1 },
  };
  await models.users.updateOne({ _id: userId }, change, { session }).exec();
  await endLinksIn(models, userId, session);
  await endSessions(models, userId, now, { session });
  return userId;
};

/** Replaces an e-mail address within a transaction. Fails with a duplicate key if it is taken. */
export const useEmailLinkIn = async (
  models: Touched,
  { tokenHash, now }: Parameters<AccountRepository['useEmailLink']>[0],
  session: ClientSession,
): Promise<Awaited<ReturnType<AccountRepository['useEmailLink']>>> => {
  const link = await takeLinkIn(models, { purpose: 'email', tokenHash, now }, session);
  if (link?.newEmail === undefined) return { outcome: 'invalid' };
  const { userId, newEmail: email } = link;
  await models.users.updateOne({ _id: userId }, { $set: { email } }, { session }).exec();
  // It was sent to the address of before.
  await models.accountLinks
    .deleteOne({ _id: accountLinkId('password', userId) }, { session })
    .exec();
  return { outcome: 'done', userId };
};
