import {
  type ApiClient as WireApiClient,
  type TrustedIssuer as WireIssuer,
  type JsonWebKey as WireKey,
  type RevokedSession as WireRevokedSession,
  Role as WireRole,
  UserStatus as WireStatus,
  type User as WireUser,
} from '@flashreserve/contracts/auth';
import {
  type ClaimRule,
  type IssuerKeys,
  type RevokedSession,
  TOKEN_PROFILE,
} from '@flashreserve/identity';
import type { ApiClient } from '../domain/api-client';
import type { PublicSigningKey } from '../domain/signing-key';
import type { Role, UserProfile } from '../domain/user';

const WIRE_ROLE = {
  CUSTOMER: WireRole.ROLE_CUSTOMER,
  ADMIN: WireRole.ROLE_ADMIN,
  GUEST: WireRole.ROLE_GUEST,
} as const satisfies Record<Role, WireRole>;

export const toWireUser = (user: UserProfile): WireUser => ({
  userId: user.userId,
  email: user.email,
  name: user.name,
  role: WIRE_ROLE[user.role],
  createTime: user.createdAt,
  status:
    user.disabledAt === undefined ? WireStatus.USER_STATUS_ACTIVE : WireStatus.USER_STATUS_DISABLED,
});

export const toWireApiClient = (client: ApiClient): WireApiClient => ({
  clientId: client.clientId,
  name: client.name,
  scopes: [...client.scopes],
  secrets: client.secrets.map(({ secretId, createdAt, endsAt }) => ({
    secretId,
    createTime: createdAt,
    endTime: endsAt,
  })),
  createdBy: client.createdBy,
  createTime: client.createdAt,
  revokeTime: client.revokedAt,
  lastUseTime: client.lastUsedAt,
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

const toWireRule = ({ path, value }: ClaimRule) => ({ path: [...path], value });

export const toWireIssuer = ({ issuer, keys, keysExpireAt }: IssuerKeys): WireIssuer => ({
  issuer: issuer.issuer,
  alias: issuer.alias,
  audiences: [...issuer.audiences],
  audienceClaim: issuer.audienceClaim,
  algorithms: [...issuer.algorithms],
  customerClaim: [...issuer.customerClaim],
  requiredClaims: issuer.requiredClaims.map(toWireRule),
  adminRole: issuer.adminRole && toWireRule(issuer.adminRole),
  keys: keys.map((key) => JSON.stringify(key)),
  keysExpireTime: keysExpireAt,
});
