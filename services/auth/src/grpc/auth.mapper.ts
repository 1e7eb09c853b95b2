import {
  type JsonWebKey as WireKey,
  type RevokedSession as WireRevokedSession,
  Role as WireRole,
  type User as WireUser,
} from '@flashreserve/contracts/auth';
import { type RevokedSession, TOKEN_PROFILE } from '@flashreserve/identity';
import type { PublicSigningKey } from '../domain/signing-key';
import type { Role, User } from '../domain/user';

const WIRE_ROLE = {
  CUSTOMER: WireRole.ROLE_CUSTOMER,
  ADMIN: WireRole.ROLE_ADMIN,
} as const satisfies Record<Role, WireRole>;

export const toWireUser = (user: User): WireUser => ({
  userId: user.userId,
  email: user.email,
  name: user.name,
  role: WIRE_ROLE[user.role],
  createTime: user.createdAt,
});

export const toWireRevokedSession = ({
  sessionId,
  expiresAt,
}: RevokedSession): WireRevokedSession => ({ sessionId, expireTime: expiresAt });

export const toWireKey = ({ kid, n, e }: PublicSigningKey): WireKey => ({
  kty: 'RSA',
  kid,
  use: 'sig',
  alg: TOKEN_PROFILE.algorithm,
  n,
  e,
});
