import {
  type JsonWebKey,
  Role as ProtoRole,
  type User as ProtoUser,
} from '@flashreserve/contracts/auth';
import { TOKEN_PROFILE } from '@flashreserve/identity';
import type { PublicSigningKey } from '../domain/signing-key';
import type { Role, User } from '../domain/user';

const PROTO_ROLE = {
  CUSTOMER: ProtoRole.ROLE_CUSTOMER,
  ADMIN: ProtoRole.ROLE_ADMIN,
} as const satisfies Record<Role, ProtoRole>;

export const toWireUser = (user: User): ProtoUser => ({
  userId: user.userId,
  email: user.email,
  name: user.name,
  role: PROTO_ROLE[user.role],
  createTime: user.createdAt,
});

export const toJsonWebKey = ({ kid, n, e }: PublicSigningKey): JsonWebKey => ({
  kty: 'RSA',
  kid,
  use: 'sig',
  alg: TOKEN_PROFILE.algorithm,
  n,
  e,
});
