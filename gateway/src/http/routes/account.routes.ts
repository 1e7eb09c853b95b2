import type { AuthApi } from '../../grpc/auth.client';
import type { Limits } from '../../limits/limits';
import { defineRoute, empty, type TableEntry } from '../route';
import * as schemas from '../schemas/account.schemas';
import { EXAMPLE_CREDENTIALS } from '../schemas/user.schemas';

/** Passwords are queued for hashing, so these routes may take longer. */
const COMMON = { tag: 'Accounts', services: ['auth'], timeLimitMs: 20_000 } as const;

interface AccountDeps {
  readonly auth: AuthApi;
  readonly limits: Limits;
}

const resetRoute = ({ auth, limits }: AccountDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/password-reset',
    operationId: 'requestPasswordReset',
    summary: 'Forgot the password',
    description:
      'Sends the user with this e-mail address a link that sets a new password: once, within 30 minutes; a newer link ends the earlier one. The response is the same for every address, known or not, and while no mail can be sent. `MAIL_LIMITED`: too many requests, by default more than 5 per e-mail address or 100 per client address in an hour. `AUTH_BUSY`: too many mails wait to be sent.',
    access: 'public',
    request: { body: schemas.passwordResetBody },
    requestExamples: {
      buyer: {
        summary: 'The buyer created by register',
        value: { email: EXAMPLE_CREDENTIALS.email },
      },
    },
    responses: { 202: { description: 'If the address is known, a mail will be sent.' } },
    rpcs: ['AuthService.RequestPasswordReset'],
    errors: ['MAIL_LIMITED'],
    handle: async ({ body }, { clientAddress, call }) => {
      const subject = { account: body.email, address: clientAddress };
      const { headers } = await limits.mail(subject, () =>
        auth.requestPasswordReset(body.email, call),
      );
      return empty(202, headers);
    },
  });

const confirmResetRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/password-reset/confirm',
    operationId: 'confirmPasswordReset',
    summary: 'Set a new password with a link',
    description:
      'Sets a new password and ends all sessions of the user; log in next. `LINK_INVALID`: the link is unknown, used or expired, or a newer one was made. Not idempotent: a retry after a lost response returns `LINK_INVALID`. `AUTH_BUSY`: too many passwords are waiting to be checked; nothing was changed.',
    access: 'public',
    request: { body: schemas.passwordResetConfirmBody },
    requestExamples: {
      link: {
        summary: 'The token of a link',
        value: { token: schemas.EXAMPLE_TOKEN, newPassword: 'another horse, another battery' },
      },
    },
    responses: { 204: { description: 'The password was set.' } },
    rpcs: ['AuthService.ConfirmPasswordReset'],
    errors: [],
    handle: async ({ body }, { call }) => {
      await auth.confirmPasswordReset(body, call);
      return empty(204);
    },
  });

const emailRoute = ({ auth, limits }: AccountDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/email',
    operationId: 'requestEmailChange',
    summary: 'Change the e-mail address',
    description:
      'Sends a link to the new address, and a notice to the present one. The address changes when the link is opened: once, within 24 hours; a newer link ends the earlier one, and so does a new password. `WRONG_PASSWORD` and `LOGIN_LIMITED` as for `POST /auth/password`. `EMAIL_TAKEN`: the new address is that of a user. `MAIL_NOT_CONFIGURED`: the deployment sends no mail. `MAIL_LIMITED`: too many requests, by default more than 5 per user or 100 per client address in an hour. `AUTH_BUSY`: too many passwords are waiting to be checked, or mails to be sent.',
    access: 'user',
    request: { body: schemas.emailChangeBody },
    requestExamples: {
      buyer: {
        summary: 'The buyer created by register',
        value: { newEmail: 'bea@example.com', password: EXAMPLE_CREDENTIALS.password },
      },
    },
    responses: { 202: { description: 'A link will be sent to the new address.' } },
    rpcs: ['AuthService.RequestEmailChange'],
    errors: ['LOGIN_LIMITED', 'MAIL_LIMITED'],
    handle: async ({ body }, { principal, clientAddress, call }) => {
      const subject = { account: principal.userId, address: clientAddress };
      const { headers } = await limits.mail(subject, () =>
        limits.login(subject, () => auth.requestEmailChange(body, call)),
      );
      return empty(202, headers);
    },
  });

const confirmEmailRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/email/confirm',
    operationId: 'confirmEmailChange',
    summary: 'Confirm a new e-mail address with a link',
    description:
      'Changes the e-mail address. Sessions continue. `LINK_INVALID`: the link is unknown, used or expired, or a newer link or password was made. `EMAIL_TAKEN`: somebody else took the address since. Not idempotent: a retry after a lost response returns `LINK_INVALID`.',
    access: 'public',
    request: { body: schemas.emailConfirmBody },
    requestExamples: {
      link: { summary: 'The token of a link', value: { token: schemas.EXAMPLE_TOKEN } },
    },
    responses: { 204: { description: 'The address was changed.' } },
    rpcs: ['AuthService.ConfirmEmailChange'],
    errors: [],
    handle: async ({ body }, { call }) => {
      await auth.confirmEmailChange(body.token, call);
      return empty(204);
    },
  });

const deleteRoute = ({ auth, limits }: AccountDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'delete',
    path: '/auth/account',
    operationId: 'deleteAccount',
    summary: 'Delete my account',
    description:
      'Deletes the caller: e-mail address, name and password are removed for good, all sessions end within seconds, and the address may be registered again. Reservations stay as they are, under the id that no other user ever gets. A guest needs no body. `WRONG_PASSWORD` and `LOGIN_LIMITED` as for `POST /auth/password`. `LAST_ADMIN`: the last administrator cannot be deleted. `AUTH_BUSY`: too many passwords are waiting to be checked; nothing was changed.',
    access: 'user',
    request: { body: schemas.accountDeletionBody },
    requestExamples: {
      buyer: {
        summary: 'The buyer created by register',
        value: { password: EXAMPLE_CREDENTIALS.password },
      },
    },
    responses: { 204: { description: 'The account was deleted.' } },
    rpcs: ['AuthService.DeleteAccount'],
    errors: ['LOGIN_LIMITED'],
    handle: async ({ body }, { principal, clientAddress, call }) => {
      const subject = { account: principal.userId, address: clientAddress };
      const { headers } = await limits.login(subject, () =>
        auth.deleteAccount(body?.password ?? '', call),
      );
      return empty(204, headers);
    },
  });

export const createAccountRoutes = (deps: AccountDeps): readonly TableEntry[] => [
  resetRoute(deps),
  confirmResetRoute(deps.auth),
  emailRoute(deps),
  confirmEmailRoute(deps.auth),
  deleteRoute(deps),
];
