import type { User } from '../domain/user';
import type { UserDocument } from './user.model';

/** Leaves the hash in the store wherever it is not needed. */
export const WITHOUT_PASSWORD = { passwordHash: 0 } as const;

/** The user without its credential. */
export const toUser = (document: Omit<UserDocument, 'passwordHash'>): User => ({
  userId: document._id,
  email: document.email,
  name: document.name,
  role: document.role,
  createdAt: document.createdAt,
  passwordVersion: document.passwordVersion ?? 0,
});
