import { type JsonWebKey, Role, type TokenPair, type User } from '@flashreserve/contracts/auth';
import type { z } from 'zod';
import type * as schemas from '../schemas/user.schemas';

type RoleName = 'CUSTOMER' | 'ADMIN';

const ROLE_NAMES: Readonly<Partial<Record<Role, RoleName>>> = {
  [Role.ROLE_CUSTOMER]: 'CUSTOMER',
  [Role.ROLE_ADMIN]: 'ADMIN',
};

const ROLES = { CUSTOMER: Role.ROLE_CUSTOMER, ADMIN: Role.ROLE_ADMIN } as const;

/** Undefined means that auth decides: CUSTOMER. */
export const toRole = (name: RoleName | undefined): Role =>
  name === undefined ? Role.ROLE_UNSPECIFIED : ROLES[name];

/** @throws Error for a role unknown to this version */
const toRoleName = (role: Role): RoleName => {
  const name = ROLE_NAMES[role];
  if (name === undefined) throw new Error(`Unknown role "${role}".`);
  return name;
};

export const toUser = (user: User): z.output<typeof schemas.user> => ({
  id: user.userId,
  email: user.email,
  name: user.name,
  role: toRoleName(user.role),
});

export const toRegisteredUser = (user: User): z.output<typeof schemas.registeredUser> => ({
  id: user.userId,
  email: user.email,
  role: toRoleName(user.role),
});

export const toTokens = (pair: TokenPair): z.output<typeof schemas.tokens> => ({
  accessToken: pair.accessToken,
  tokenType: 'Bearer',
  expiresIn: pair.expiresInSeconds,
  refreshToken: pair.refreshToken,
});

export const toJwks = (keys: readonly JsonWebKey[]): z.output<typeof schemas.jwks> => ({
  keys: keys.map(({ kty, kid, use, alg, n, e }) => ({ kty, kid, use, alg, n, e })),
});
