import {
  inTransaction,
  isDuplicateKey,
  limitStoreCalls,
  repeatOnOutage,
} from '@flashreserve/store';
import type { AccountRepository, UserQuery } from '../application/account-ports';
import { accountLinkId } from './account-link.model';
import { finishEndingSessions } from './end-sessions';
import type { AuthModels } from './models';
import { removeUserIn } from './remove-user';
import { setDisabledIn } from './set-disabled';
import { useEmailLinkIn, usePasswordLinkIn } from './use-link';
import { toUser, WITHOUT_PASSWORD } from './user.document';

/** Greater than every text that an address may start with. */
const LAST = '\u{10ffff}';

/** Named, because the local store might read the whole collection instead. */
const indexFor = ({ role, isDisabled }: UserQuery): string => {
  if (isDisabled === true) return 'disabled';
  return role === 'ADMIN' ? 'admins' : 'email';
};

/** Every filter bounds the address, so that the index on addresses serves the order as well. */
const toFilter = ({ email, emailPrefix = '', role, isDisabled, after = '' }: UserQuery) => ({
  email: {
    $gt: after,
    $gte: email ?? emailPrefix,
    ...(email === undefined ? { $lt: `${emailPrefix}${LAST}` } : { $lte: email }),
  },
  ...(role !== undefined && { role }),
  ...(isDisabled !== undefined && { disabledAt: { $exists: isDisabled } }),
});

/** Accounts in MongoDB: a unique index keeps an e-mail address with one of them. */
export const createAccountRepository = (models: AuthModels): AccountRepository => {
  const { connection, users, accountLinks } = models;
  const finish = (userId: string, now: Date): Promise<void> =>
    repeatOnOutage(() => finishEndingSessions(models, userId, now));
  return limitStoreCalls({
    list: async (query) => {
      const found = await users
        .find(toFilter(query), WITHOUT_PASSWORD)
        .sort({ email: 1 })
        .limit(query.limit)
        .hint(indexFor(query))
        .lean()
        .exec();
      return found.map(toUser);
    },
    setDisabled: async (userId, isDisabled, now) => {
      const change = await inTransaction(connection, (session) =>
        setDisabledIn(models, { userId, isDisabled, now }, session),
      );
      if (change.endsSessions) await finish(userId, now);
      return change.result;
    },
    remove: async (deletion) => {
      const outcome = await inTransaction(connection, (session) =>
        removeUserIn(models, deletion, session),
      );
      if (outcome === 'done') await finish(deletion.userId, deletion.now);
      return outcome;
    },
    storeLink: async (link) => {
      const _id = accountLinkId(link.purpose, link.userId);
      const store = () =>
        accountLinks.replaceOne({ _id }, { _id, ...link }, { upsert: true }).exec();
      try {
        await store();
      } catch (error) {
        // A concurrent request stored the first link of this user; the newer one replaces it.
        if (!isDuplicateKey(error)) throw error;
        await store();
      }
    },
    hasLink: async (purpose, tokenHash) =>
      (await accountLinks.exists({ tokenHash, purpose }).exec()) !== null,
    usePasswordLink: async (use) => {
      const userId = await inTransaction(connection, (session) =>
        usePasswordLinkIn(models, use, session),
      );
      if (userId !== undefined) await finish(userId, use.now);
      return userId;
    },
    useEmailLink: async (use) => {
      try {
        return await inTransaction(connection, (session) => useEmailLinkIn(models, use, session));
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return { outcome: 'email-taken' };
      }
    },
  });
};
