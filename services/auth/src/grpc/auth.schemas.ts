import { Role as WireRole } from '@flashreserve/contracts/auth';
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
const notARole = 'must be ROLE_CUSTOMER or ROLE_ADMIN';
const toRole = (role: WireRole): Role => (role === WireRole.ROLE_ADMIN ? 'ADMIN' : 'CUSTOMER');

export const registerRequest = z.object({
  email: emailAddress(z.string().trim()).transform(normaliseEmail),
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
export const loginRequest = z.object({
  email: z
    .string()
    .overwrite(normaliseEmail)
    .min(1, 'is required')
    .max(EMAIL_LENGTH_MAX, `must have at most ${EMAIL_LENGTH_MAX} characters`),
  password,
});

export const refreshSessionRequest = z.object({ refreshToken: credential });

export const revokeSessionRequest = z.object({ refreshToken: credential });

export const endSessionRequest = z.object({ sessionId: uuid });

export const getUserRequest = z.object({ userId });

export const setUserRoleRequest = z.object({
  userId,
  role: z.enum([WireRole.ROLE_CUSTOMER, WireRole.ROLE_ADMIN], notARole).transform(toRole),
});

export const changePasswordRequest = z.object({ currentPassword: password, newPassword });

export const listRevokedSessionsRequest = z.object({
  endedSince: z.date('must be a timestamp').optional(),
  ...pageFields({ fallback: 1_000, max: REVOKED_PAGE_MAX }),
});

export const issueServiceTokenRequest = z.object({
  clientId: credential,
  clientSecret: credential,
});
