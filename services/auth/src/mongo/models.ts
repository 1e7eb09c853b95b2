import { prepareCollections } from '@flashreserve/store';
import type { Connection, Model } from 'mongoose';
import {
  type AdminGuardDocument,
  createAdminGuardModel,
  prepareAdminGuard,
} from './admin-guard.model';
import { createRefreshTokenModel, type RefreshTokenDocument } from './refresh-token.model';
import { createSessionModel, type SessionDocument } from './session.model';
import { createSigningKeyModel, type SigningKeyDocument } from './signing-key.model';
import { createUserModel, type UserDocument } from './user.model';

/** The collections of auth, bound to one connection. */
export interface AuthModels {
  readonly connection: Connection;
  readonly users: Model<UserDocument>;
  readonly sessions: Model<SessionDocument>;
  readonly refreshTokens: Model<RefreshTokenDocument>;
  readonly signingKeys: Model<SigningKeyDocument>;
  readonly adminGuards: Model<AdminGuardDocument>;
}

export const createAuthModels = (connection: Connection): AuthModels => ({
  connection,
  users: createUserModel(connection),
  sessions: createSessionModel(connection),
  refreshTokens: createRefreshTokenModel(connection),
  signingKeys: createSigningKeyModel(connection),
  adminGuards: createAdminGuardModel(connection),
});

/**
 * Creates missing collections, indexes and the guard document. Safe to run on several instances at
 * once.
 */
export const prepareAuthModels = async (models: AuthModels): Promise<void> => {
  const { users, sessions, refreshTokens, signingKeys, adminGuards } = models;
  await prepareCollections([users, sessions, refreshTokens, signingKeys, adminGuards]);
  await prepareAdminGuard(adminGuards);
};
