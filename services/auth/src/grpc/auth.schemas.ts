import { Role as ProtoRole } from '@flashreserve/contracts/auth';
import {
  decodePageToken,
  EMAIL_LENGTH_MAX,
  emailAddress,
  normaliseEmail,
  passwordText,
  shownText,
  uuid,
} from '@flashreserve/rpc';
import { z } from 'zod';
import { type Role, USER_LIMITS } from '../domain/user';

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
const toRole = (role: ProtoRole): Role => (role === ProtoRole.ROLE_ADMIN ? 'ADMIN' : 'CUSTOMER');

/** Validates each request and converts it for the use case. */
export const REQUESTS = {
  register: z.object({
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
      .enum([ProtoRole.ROLE_UNSPECIFIED, ProtoRole.ROLE_CUSTOMER, ProtoRole.ROLE_ADMIN], notARole)
      .transform(toRole),
  }),
  // The address syntax is not checked: an invalid address is simply unknown.
  login: z.object({
    email: z
      .string()
      .overwrite(normaliseEmail)
      .min(1, 'is required')
      .max(EMAIL_LENGTH_MAX, `must have at most ${EMAIL_LENGTH_MAX} characters`),
    password,
  }),
  refreshSession: z.object({ refreshToken: credential }),
  revokeSession: z.object({ refreshToken: credential }),
  endSession: z.object({ sessionId: uuid }),
  getUser: z.object({ userId }),
  setUserRole: z.object({
    userId,
    role: z.enum([ProtoRole.ROLE_CUSTOMER, ProtoRole.ROLE_ADMIN], notARole).transform(toRole),
  }),
  changePassword: z.object({ currentPassword: password, newPassword }),
  listRevokedSessions: z.object({
    endedSince: z.date('must be a timestamp').optional(),
    pageSize: z
      .int('must be a whole number')
      .min(0, 'must not be below zero')
      .transform((size) => Math.min(size === 0 ? 1_000 : size, REVOKED_PAGE_MAX)),
    pageToken: z.string(),
  }),
  issueServiceToken: z.object({ clientId: credential, clientSecret: credential }),
} as const;

const revokedCursor = z.object({ sessionId: z.string().max(64), endedAt: z.coerce.date() });

/** @throws DomainError INVALID_PAGE_TOKEN */
export const readRevokedCursor = (pageToken: string) => decodePageToken(revokedCursor, pageToken);
