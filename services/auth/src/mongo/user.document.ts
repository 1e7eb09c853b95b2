import type { User } from '../domain/user';
import type { UserDocument } from './user.model';

/** Projection that omits the password hash. */
export const WITHOUT_PASSWORD = { passwordHash: 0 } as const;

/** Maps a document to a user without its password hash. */
export const toUser = (document: Omit<UserDocument, 'passwordHash'>): User => ({
  userId: document._id,
  email: document.email ?? '',
  name: document.name,
  role: document.role,
  createdAt: document.createdAt,
  passwordVersion: document.passwordVersion ?? 0,
  ...(document.disabledAt && { disabledAt: document.disabledAt }),
});

/** The same, but undefined for a user that is missing or deleted. */
export const toLivingUser = (
  document: Omit<UserDocument, 'passwordHash'> | null,
): User | undefined =>
  document === null || document.deletedAt !== undefined ? undefined : toUser(document);
