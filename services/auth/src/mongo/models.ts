import type { Logger } from '@flashreserve/ops';
import { runMigrations } from '@flashreserve/store';
import type { Connection, Model } from 'mongoose';
import {
  type AdminGuardDocument,
  createAdminGuardModel,
  prepareAdminGuard,
} from './admin-guard.model';
import { MIGRATIONS } from './migrations';
import { createRefreshTokenModel, type RefreshTokenDocument } from './refresh-token.model';
import { createSessionModel, type SessionDocument } from './session.model';
import { createSigningKeyModel, type SigningKeyDocument } from './signing-key.model';
import { createUserModel, type UserDocument } from './user.model';

/** All collections of auth's database, bound to one connection. */
export interface AuthModels {
  readonly connection: Connection;
  readonly users: Model<UserDocument>;
  readonly sessions: Model<SessionDocument>;
  readonly refreshTokens: Model<RefreshTokenDocument>;
  readonly signingKeys: Model<SigningKeyDocument>;
  readonly adminGuards: Model<AdminGuardDocument>;
}

export const createModels = (connection: Connection): AuthModels => ({
  connection,
  users: createUserModel(connection),
  sessions: createSessionModel(connection),
  refreshTokens: createRefreshTokenModel(connection),
  signingKeys: createSigningKeyModel(connection),
  adminGuards: createAdminGuardModel(connection),
});

/** Migrates the database and creates the guard document. Safe to run on several instances at once. */
export const prepareModels = async (
  { connection, adminGuards }: Pick<AuthModels, 'connection' | 'adminGuards'>,
  log: Logger,
): Promise<void> => {
  await runMigrations({ connection, migrations: MIGRATIONS, log });
  await prepareAdminGuard(adminGuards);
};
