import {
  inTransaction,
  isDuplicateKey,
  limitStoreCalls,
  repeatOnOutage,
} from '@flashreserve/store';
import type { UserRepository } from '../application/ports';
import { changePasswordIn } from './change-password';
import { changeRoleIn } from './change-role';
import { finishEndingSessions } from './end-sessions';
import type { AuthModels } from './models';
import { registerGuestIn } from './register-guest';
import { toLivingUser, toUser, WITHOUT_PASSWORD } from './user.document';

/**
 * Users in MongoDB. A unique index on the e-mail address lets one of two concurrent registrations
 * win.
 */
export const createUserRepository = (models: AuthModels): UserRepository => {
  const { connection, users } = models;
  return limitStoreCalls({
    insert: async ({ user: { userId, ...fields }, passwordHash }) => {
      try {
        await repeatOnOutage(() => users.create({ _id: userId, ...fields, passwordHash }));
        return true;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // The duplicate is this user if an earlier attempt wrote it and its response was lost.
        return (await users.exists({ _id: userId }).exec()) !== null;
      }
    },
    insertGuest: async ({ userId, email: _none, ...fields }, guestUntil) => {
      await users.create({ _id: userId, ...fields, guestUntil });
    },
    keepGuest: async (userId, guestUntil) => {
      await users.updateOne({ _id: userId, role: 'GUEST' }, { $max: { guestUntil } }).exec();
    },
    registerGuest: async (registration) => {
      try {
        return await inTransaction(connection, (session) =>
          registerGuestIn(models, registration, session),
        );
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return { outcome: 'email-taken' };
      }
    },
    findById: async (userId) => {
      const found = await users.findById(userId, WITHOUT_PASSWORD).lean().exec();
      return toLivingUser(found);
    },
    findByEmail: async (email) => {
      const found = await users.findOne({ email }).lean().exec();
      if (found?.passwordHash === undefined) return undefined;
      return { user: toUser(found), passwordHash: found.passwordHash };
    },
    findPasswordHash: async (userId) => {
      const found = await users.findById(userId, { passwordHash: 1 }).lean().exec();
      return found?.passwordHash;
    },
    hasAdmin: async () => (await users.exists({ role: 'ADMIN' }).exec()) !== null,
    changeRole: async (userId, role, now) => {
      const change = await inTransaction(connection, (session) =>
        changeRoleIn(models, { userId, role, now }, session),
      );
      if (change.endsSessions) {
        await repeatOnOutage(() => finishEndingSessions(models, userId, now));
      }
      return change.result;
    },
    changePassword: (change) =>
      inTransaction(connection, (session) => changePasswordIn(models, change, session)),
  });
};
