import {
  type JsonWebKey,
  Role,
  type TokenPair,
  type User,
  UserStatus,
} from '@flashreserve/contracts/auth';
import type { z } from 'zod';
import type { Guest } from '../../grpc/auth.client';
import { promised } from '../../grpc/service-error';
import type * as accountSchemas from '../schemas/account.schemas';
import type * as schemas from '../schemas/user.schemas';

/** Roles that a request may name; guests are made by a route of their own. */
type GivenRole = 'CUSTOMER' | 'ADMIN';
type RoleName = GivenRole | 'GUEST';

const ROLE_NAMES: Readonly<Partial<Record<Role, RoleName>>> = {
  [Role.ROLE_CUSTOMER]: 'CUSTOMER',
  [Role.ROLE_ADMIN]: 'ADMIN',
  [Role.ROLE_GUEST]: 'GUEST',
};

const ROLES = { CUSTOMER: Role.ROLE_CUSTOMER, ADMIN: Role.ROLE_ADMIN } as const;

/** Undefined means that auth decides: CUSTOMER. */
export const toRole = (name: GivenRole | undefined): Role =>
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

const STATUSES = {
  ACTIVE: UserStatus.USER_STATUS_ACTIVE,
  DISABLED: UserStatus.USER_STATUS_DISABLED,
} as const;

export const toStatus = (name: 'ACTIVE' | 'DISABLED' | undefined): UserStatus =>
  name === undefined ? UserStatus.USER_STATUS_UNSPECIFIED : STATUSES[name];

/** @throws Error if the response lacks a part that the contract promises */
export const toAccount = (user: User): z.output<typeof accountSchemas.account> => ({
  ...toUser(user),
  status: user.status === UserStatus.USER_STATUS_DISABLED ? 'DISABLED' : 'ACTIVE',
  createdAt: promised(user.createTime, 'create time').toISOString(),
});

export const toTokens = (pair: TokenPair): z.output<typeof schemas.tokens> => ({
  accessToken: pair.accessToken,
  tokenType: 'Bearer',
  expiresIn: pair.expiresInSeconds,
  refreshToken: pair.refreshToken,
});

/** The customer id of a guest is its user id. */
export const toGuest = ({ userId, tokens }: Guest): z.output<typeof schemas.guest> => ({
  ...toTokens(tokens),
  customerId: userId,
});

export const toJwks = (keys: readonly JsonWebKey[]): z.output<typeof schemas.jwks> => ({
  keys: keys.map(({ kty, kid, use, alg, n, e }) => ({ kty, kid, use, alg, n, e })),
});
