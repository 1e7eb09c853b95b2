import { EMAIL_LENGTH_MAX } from '@flashreserve/rpc';
import { z } from 'zod';
import {
  instant,
  jsonObject,
  nextPageToken,
  pageSize,
  pageToken,
  password,
  secretText,
} from './common.schemas';
import { EXAMPLE_USER, email, NEW_PASSWORD, PASSWORD, role, user } from './user.schemas';

const token = secretText({ min: 1, max: 512 }).meta({
  description: 'The token of the link: what follows "#".',
});
const currentPassword = password({ min: 1, max: PASSWORD.max }).meta({
  description: 'The current password.',
});

/** Looser than registration: an impossible address is handled like an unknown one. */
export const passwordResetBody = jsonObject({
  email: secretText({ min: 1, max: EMAIL_LENGTH_MAX }).meta({ description: 'E-mail address.' }),
}).meta({ id: 'PasswordResetRequest' });

export const passwordResetConfirmBody = jsonObject({
  token,
  newPassword: password(PASSWORD).meta({ description: NEW_PASSWORD }),
}).meta({ id: 'PasswordResetConfirmation' });

export const emailChangeBody = jsonObject({ newEmail: email, password: currentPassword }).meta({
  id: 'EmailChange',
});

export const emailConfirmBody = jsonObject({ token }).meta({ id: 'EmailChangeConfirmation' });

export const accountDeletionBody = jsonObject({
  password: currentPassword.optional().meta({
    description: 'The current password. Required, unless the caller is a guest.',
  }),
})
  .meta({ id: 'AccountDeletion' })
  .optional();

const status = z
  .enum(['ACTIVE', 'DISABLED'], 'must be "ACTIVE" or "DISABLED"')
  .meta({ description: 'A `DISABLED` user may not log in.', example: 'ACTIVE' });

const anyEmail = (description: string) =>
  secretText({ min: 1, max: EMAIL_LENGTH_MAX }).optional().meta({ description });

export const usersQuery = z.strictObject({
  email: anyEmail('Only the user with this e-mail address, in any spelling.'),
  q: anyEmail('Only users whose e-mail address starts with this text, in any case.'),
  role: role.optional(),
  status: status.optional(),
  pageSize,
  pageToken,
});

export const account = user
  .extend({ status, createdAt: instant('When the user was created.') })
  .meta({ id: 'Account', description: 'A user as administrators see it.' });

export const accountPage = z
  .object({ items: z.array(account), nextPageToken })
  .meta({ id: 'AccountPage', description: 'A page of users.' });

export const emailChangeLinkBody = jsonObject({ newEmail: email }).meta({ id: 'NewEmailAddress' });

export const emailChangeLink = z
  .object({
    link: z.string().meta({
      description: 'The link; without `PUBLIC_URL` only its path.',
      example: 'https://shop.example/account/email#uX2nR7cQ0aVb5LkT9yHs3WdEgJm6PzFq1iNo8CxBtYw',
    }),
    expiresAt: instant('When the link ends, 24 hours after it was made.'),
  })
  .meta({ id: 'EmailChangeLink', description: 'A link that changes an e-mail address once.' });

export const passwordResetLink = z
  .object({
    link: z.string().meta({
      description: 'The link; without `PUBLIC_URL` only its path.',
      example: 'https://shop.example/account/password#uX2nR7cQ0aVb5LkT9yHs3WdEgJm6PzFq1iNo8CxBtYw',
    }),
    expiresAt: instant('When the link ends, 30 minutes after it was made.'),
  })
  .meta({ id: 'PasswordResetLink', description: 'A link that sets a password once.' });

export const EXAMPLE_ACCOUNT = {
  ...EXAMPLE_USER,
  status: 'ACTIVE',
  createdAt: '2026-11-22T12:00:00.000Z',
} as const;

export const EXAMPLE_TOKEN = 'uX2nR7cQ0aVb5LkT9yHs3WdEgJm6PzFq1iNo8CxBtYw';
