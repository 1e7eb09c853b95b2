import { inTransaction, isDuplicateKey } from '@flashreserve/platform/mongo';
import type { ClientSession } from 'mongoose';
import type { RoleChange, UserRepository } from '../application/ports';
import type { Role, User } from '../domain/user';
import { ADMIN_GUARD_ID } from './admin-guard.model';
import type { AuthModels } from './models';
import type { UserDocument } from './user.model';

/** Leaves the hash in the store wherever it is not needed. */
const WITHOUT_PASSWORD = { passwordHash: 0 } as const;

const toUser = (document: Omit<UserDocument, 'passwordHash'>): User => ({
  userId: document._id,
  email: document.email,
  name: document.name,
  role: document.role,
  createdAt: document.createdAt,
});

type RoleModels = Pick<AuthModels, 'users' | 'sessions' | 'adminGuards'>;

const changeRoleIn = async (
  { users, sessions, adminGuards }: RoleModels,
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

/** Users in MongoDB. E-mail addresses are unique by index, so two registrations at once cannot both succeed. */
export const createUserRepository = (models: AuthModels): UserRepository => {
  const { connection, users } = models;
  return {
    insert: async ({ user: { userId, ...fields }, passwordHash }) => {
      try {
        await users.create({ _id: userId, ...fields, passwordHash });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    findById: async (userId) => {
      const found = await users.findById(userId, WITHOUT_PASSWORD).lean().exec();
      return found === null ? undefined : toUser(found);
    },
    findByEmail: async (email) => {
      const found = await users.findOne({ email }).lean().exec();
      return found === null ? undefined : { user: toUser(found), passwordHash: found.passwordHash };
    },
    hasAdmin: async () => (await users.exists({ role: 'ADMIN' }).exec()) !== null,
    changeRole: (userId, role, now) =>
      inTransaction(connection, (session) => changeRoleIn(models, { userId, role, now }, session)),
  };
};
