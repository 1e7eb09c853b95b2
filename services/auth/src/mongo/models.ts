import type { Logger } from '@flashreserve/ops';
import { runMigrations } from '@flashreserve/store';
import type { Connection, Model } from 'mongoose';
import { type AccountLinkDocument, createAccountLinkModel } from './account-link.model';
import {
  type AdminGuardDocument,
  createAdminGuardModel,
  prepareAdminGuard,
} from './admin-guard.model';
import { type ApiClientDocument, createApiClientModel } from './api-client.model';
import {
  type ApiClientGuardDocument,
  createApiClientGuardModel,
  prepareApiClientGuard,
} from './api-client-guard.model';
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
  readonly apiClients: Model<ApiClientDocument>;
  readonly apiClientGuards: Model<ApiClientGuardDocument>;
  readonly accountLinks: Model<AccountLinkDocument>;
}

export const createModels = (connection: Connection): AuthModels => ({
  connection,
  users: createUserModel(connection),
  sessions: createSessionModel(connection),
  refreshTokens: createRefreshTokenModel(connection),
  signingKeys: createSigningKeyModel(connection),
  adminGuards: createAdminGuardModel(connection),
  apiClients: createApiClientModel(connection),
  apiClientGuards: createApiClientGuardModel(connection),
  accountLinks: createAccountLinkModel(connection),
});

/**
 * Migrates the database and creates the guard documents. Safe to run on several instances at once.
 */
export const prepareModels = async (
  {
    connection,
    adminGuards,
    apiClientGuards,
  }: Pick<AuthModels, 'connection' | 'adminGuards' | 'apiClientGuards'>,
  log: Logger,
): Promise<void> => {
  await runMigrations({ connection, migrations: MIGRATIONS, log });
  await prepareAdminGuard(adminGuards);
  await prepareApiClientGuard(apiClientGuards);
};
