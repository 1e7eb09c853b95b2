import { isScope, SCOPES, type Scope, toScopes } from '@flashreserve/contracts';
import { Role as WireRole, UserStatus as WireStatus } from '@flashreserve/contracts/auth';
import {
  EMAIL_LENGTH_MAX,
  emailAddress,
  normaliseEmail,
  pageFields,
  passwordText,
  shownText,
  uuid,
} from '@flashreserve/rpc';
import { z } from 'zod';
import { API_CLIENT_LIMITS } from '../domain/api-client';
import { type Role, USER_LIMITS } from '../domain/user';

/** Validates each request and converts it for the use case. */

const { nameLengthMax, passwordLengthMin, passwordLengthMax } = USER_LIMITS;
/** Maximum page size of ListRevokedSessions, about 250 kB. */
const REVOKED_PAGE_MAX = 5_000;
/** Maximum length of an opaque credential; issued ones are shorter. */
const CREDENTIAL_LENGTH_MAX = 1_024;

const required = z.string().min(1, 'is required');
const tooLong = `must have at most ${passwordLengthMax} characters`;
const password = passwordText({
  min: 1,
  max: passwordLengthMax,
  tooShort: 'is required',
  tooLong,
});
const newPassword = passwordText({
  min: passwordLengthMin,
  max: passwordLengthMax,
  tooShort: `must have at least ${passwordLengthMin} characters`,
  tooLong,
});
const credential = required.max(
  CREDENTIAL_LENGTH_MAX,
  `must have at most ${CREDENTIAL_LENGTH_MAX} characters`,
);
const userId = uuid;

/** Twice as many as there are, so that repeated ones are accepted and the list stays short. */
const SCOPES_MAX = 2 * Object.keys(SCOPES).length;
const scopes = z
  .array(z.string().refine(isScope, `must be one of ${Object.keys(SCOPES).join(', ')}`))
  .max(SCOPES_MAX, `must have at most ${SCOPES_MAX} scopes`)
  .transform((given): readonly Scope[] => toScopes(given));

const notARole = 'must be ROLE_CUSTOMER or ROLE_ADMIN';
const toRole = (role: WireRole): Exclude<Role, 'GUEST'> =>
  role === WireRole.ROLE_ADMIN ? 'ADMIN' : 'CUSTOMER';

const newEmail = emailAddress(z.string().trim()).transform(normaliseEmail);

export const registerRequest = z.object({
  email: newEmail,
  password: newPassword,
  name: shownText(
    z
      .string()
      .trim()
      .max(nameLengthMax, {
        error: `must have at most ${nameLengthMax} characters`,
        abort: true,
      }),
    { required: false },
  ),
  role: z
    .enum([WireRole.ROLE_UNSPECIFIED, WireRole.ROLE_CUSTOMER, WireRole.ROLE_ADMIN], notARole)
    .transform(toRole),
});

// The address syntax is not checked: an invalid address is simply unknown.
const anyEmail = z
  .string()
  .overwrite(normaliseEmail)
  .min(1, 'is required')
  .max(EMAIL_LENGTH_MAX, `must have at most ${EMAIL_LENGTH_MAX} characters`);

export const loginRequest = z.object({ email: anyEmail, password });

export const refreshSessionRequest = z.object({ refreshToken: credential });

export const revokeSessionRequest = z.object({ refreshToken: credential });

export const endSessionRequest = z.object({ sessionId: uuid });

/** A user of an outside issuer reads itself. */
const outsideUserId = z.string().regex(/^[a-z0-9-]{1,32}\|[\w.@:|-]{1,95}$/);

export const getUserRequest = z.object({
  userId: z.union([userId, outsideUserId], 'must be a UUID, or an outside user (alias|subject)'),
});

export const setUserRoleRequest = z.object({
  userId,
  role: z.enum([WireRole.ROLE_CUSTOMER, WireRole.ROLE_ADMIN], notARole).transform(toRole),
});

export const changePasswordRequest = z.object({ currentPassword: password, newPassword });

export const requestPasswordResetRequest = z.object({ email: anyEmail });

export const confirmPasswordResetRequest = z.object({ token: credential, newPassword });

export const createPasswordResetLinkRequest = z.object({ userId });

export const requestEmailChangeRequest = z.object({ newEmail, password });

export const createEmailChangeLinkRequest = z.object({ userId, newEmail });

export const confirmEmailChangeRequest = z.object({ token: credential });

// A guest gives no password.
export const deleteAccountRequest = z.object({ password: password.or(z.literal('')) });

export const deleteUserRequest = z.object({ userId });

export const setUserStatusRequest = z
  .object({
    userId,
    status: z.enum(
      [WireStatus.USER_STATUS_ACTIVE, WireStatus.USER_STATUS_DISABLED],
      'must be USER_STATUS_ACTIVE or USER_STATUS_DISABLED',
    ),
  })
  .transform((request) => ({
    userId: request.userId,
    isDisabled: request.status === WireStatus.USER_STATUS_DISABLED,
  }));

/** An address, or the start of one, in the form in which addresses are stored. */
const optionalEmail = (toStored: (text: string) => string) =>
  z
    .string()
    .max(EMAIL_LENGTH_MAX, `must have at most ${EMAIL_LENGTH_MAX} characters`)
    .transform((text) => (text === '' ? undefined : toStored(text)));

export const listUsersRequest = z.object({
  email: optionalEmail(normaliseEmail),
  emailPrefix: optionalEmail((text) => text.normalize('NFC').toLowerCase()),
  role: z
    .enum([WireRole.ROLE_UNSPECIFIED, WireRole.ROLE_CUSTOMER, WireRole.ROLE_ADMIN], notARole)
    .transform((role) => (role === WireRole.ROLE_UNSPECIFIED ? undefined : toRole(role))),
  status: z
    .enum(
      [
        WireStatus.USER_STATUS_UNSPECIFIED,
        WireStatus.USER_STATUS_ACTIVE,
        WireStatus.USER_STATUS_DISABLED,
      ],
      'must be USER_STATUS_ACTIVE or USER_STATUS_DISABLED',
    )
    .transform((status) =>
      status === WireStatus.USER_STATUS_UNSPECIFIED
        ? undefined
        : status === WireStatus.USER_STATUS_DISABLED,
    ),
  ...pageFields({ fallback: 20, max: 100 }),
});

export const listRevokedSessionsRequest = z.object({
  endedSince: z.date('must be a timestamp').optional(),
  ...pageFields({ fallback: 1_000, max: REVOKED_PAGE_MAX }),
});

export const issueServiceTokenRequest = z.object({
  clientId: credential,
  clientSecret: credential,
});

export const createApiClientRequest = z.object({
  name: shownText(
    z
      .string()
      .trim()
      .min(1, { error: 'is required', abort: true })
      .max(API_CLIENT_LIMITS.nameLengthMax, {
        error: `must have at most ${API_CLIENT_LIMITS.nameLengthMax} characters`,
        abort: true,
      }),
    { required: true },
  ),
  scopes: scopes.refine((given) => given.length > 0, 'must name at least one scope'),
  requestId: z.union([z.literal('').transform(() => undefined), uuid], 'must be a UUID'),
});

export const listApiClientsRequest = z.object(pageFields({ fallback: 20, max: 100 }));

export const rotateApiClientSecretRequest = z.object({
  clientId: credential,
  overlapSeconds: z
    .number()
    .int('must be a whole number')
    .min(0, 'must not be below zero')
    .max(
      API_CLIENT_LIMITS.overlapSecondsMax,
      `must be at most ${API_CLIENT_LIMITS.overlapSecondsMax}`,
    ),
});

export const revokeApiClientRequest = z.object({ clientId: credential });

export const issueClientTokenRequest = z.object({
  clientId: credential,
  clientSecret: credential,
  scopes,
});

export const listTrustedIssuersRequest = z.object({
  refreshAlias: z.string().max(32, 'must have at most 32 characters'),
});
