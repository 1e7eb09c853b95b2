import type { AuthApi } from '../../grpc/auth.client';
import { promised } from '../../grpc/service-error';
import { toAccount, toRole, toStatus } from '../mappers/user.mapper';
import { defineRoute, empty, json, type TableEntry } from '../route';
import * as schemas from '../schemas/account.schemas';
import { userPath } from '../schemas/user.schemas';

const COMMON = { tag: 'Accounts', services: ['auth'], access: 'admin', errors: [] } as const;
const NO_STORE = { 'cache-control': 'no-store' };
const { EXAMPLE_ACCOUNT } = schemas;

const ACCOUNT_RESPONSE = {
  description: 'The user.',
  schema: schemas.account,
  example: EXAMPLE_ACCOUNT,
} as const;

const listRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/users',
    operationId: 'listUsers',
    summary: 'List and search users',
    description:
      'Returns users page by page, in the order of their e-mail addresses. Filters may be combined. Guests, which have no address, and deleted users are not listed. `INVALID_PAGE_TOKEN`: the page token was not issued by this list.',
    request: { query: schemas.usersQuery },
    responses: {
      200: {
        description: 'A page of users.',
        schema: schemas.accountPage,
        example: { items: [EXAMPLE_ACCOUNT], nextPageToken: '' },
      },
    },
    rpcs: ['AuthService.ListUsers'],
    fieldNames: { '/emailPrefix': '/query/q', '/email': '/query/email' },
    handle: async ({ query }, { call }) => {
      const { email = '', q = '', role, status, pageSize = 0, pageToken = '' } = query;
      const page = await auth.listUsers(
        {
          email,
          emailPrefix: q,
          role: toRole(role),
          status: toStatus(status),
          pageSize,
          pageToken,
        },
        call,
      );
      return json(200, { items: page.users.map(toAccount), nextPageToken: page.nextPageToken });
    },
  });

const getRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/users/:userId',
    operationId: 'getUser',
    summary: 'Read a user',
    description:
      'Returns a user or a guest. `USER_NOT_FOUND`: no user has this id, or it was deleted.',
    request: { path: userPath },
    responses: { 200: ACCOUNT_RESPONSE },
    rpcs: ['AuthService.GetUser'],
    handle: async ({ path }, { call }) =>
      json(200, toAccount(await auth.getUser(path.userId, call))),
  });

const disableRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/users/:userId/disable',
    operationId: 'disableUser',
    summary: 'Disable a user',
    description:
      'Keeps a user or a guest from logging in (`ACCOUNT_DISABLED`), and ends its sessions and links: access tokens are refused everywhere within seconds. Reservations stay as they are. Idempotent. `USER_NOT_FOUND`: no user has this id. `LAST_ADMIN`: it is the last administrator who can log in.',
    request: { path: userPath },
    responses: { 200: ACCOUNT_RESPONSE },
    rpcs: ['AuthService.SetUserStatus'],
    handle: async ({ path }, { call }) =>
      json(200, toAccount(await auth.setUserStatus(path.userId, toStatus('DISABLED'), call))),
  });

const enableRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/users/:userId/enable',
    operationId: 'enableUser',
    summary: 'Enable a user',
    description:
      'Lets a disabled user log in again. Idempotent. `USER_NOT_FOUND`: no user has this id.',
    request: { path: userPath },
    responses: { 200: ACCOUNT_RESPONSE },
    rpcs: ['AuthService.SetUserStatus'],
    handle: async ({ path }, { call }) =>
      json(200, toAccount(await auth.setUserStatus(path.userId, toStatus('ACTIVE'), call))),
  });

const deleteRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'delete',
    path: '/users/:userId',
    operationId: 'deleteUser',
    summary: 'Delete a user',
    description:
      'Deletes a user or a guest, as `DELETE /auth/account` does. `USER_NOT_FOUND`: no user has this id, or it was deleted before. `LAST_ADMIN`: it is the last administrator who can log in.',
    request: { path: userPath },
    responses: { 204: { description: 'The user was deleted.' } },
    rpcs: ['AuthService.DeleteUser'],
    handle: async ({ path }, { call }) => {
      await auth.deleteUser(path.userId, call);
      return empty(204);
    },
  });

const resetLinkRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/users/:userId/password-reset-link',
    operationId: 'createPasswordResetLink',
    summary: 'Make a link that sets a password',
    description:
      'Makes a link that sets a new password of a user, for an administrator to hand over where no mail is sent: once, within 30 minutes. It is shown this once, and ends earlier links. `USER_NOT_FOUND`: no user has this id, or it is a guest or disabled.',
    request: { path: userPath },
    responses: {
      201: {
        description: 'The link.',
        schema: schemas.passwordResetLink,
        headers: { 'Cache-Control': 'Always `no-store`.' },
      },
    },
    rpcs: ['AuthService.CreatePasswordResetLink'],
    handle: async ({ path }, { call }) => {
      const { link, expireTime } = await auth.createPasswordResetLink(path.userId, call);
      const expiresAt = promised(expireTime, 'expire time').toISOString();
      return json(201, { link, expiresAt }, NO_STORE);
    },
  });

const emailLinkRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/users/:userId/email-change-link',
    operationId: 'createEmailChangeLink',
    summary: 'Make a link that changes an e-mail address',
    description:
      'Makes a link that changes the e-mail address of a user to `newEmail`, for an administrator to send to that address, where no mail is sent or the user has forgotten the password. The address changes when the link is opened: once, within 24 hours. The link is shown this once, and ends earlier ones; a new password ends it, too. Where mail is sent, the present address gets a notice. `EMAIL_TAKEN`: the new address is that of a user. `USER_NOT_FOUND`: no user has this id, or it is a guest or disabled. `AUTH_BUSY`: too many mails wait to be sent.',
    request: { path: userPath, body: schemas.emailChangeLinkBody },
    requestExamples: {
      buyer: { summary: 'A new address', value: { newEmail: 'bea@example.com' } },
    },
    responses: {
      201: {
        description: 'The link.',
        schema: schemas.emailChangeLink,
        headers: { 'Cache-Control': 'Always `no-store`.' },
      },
    },
    rpcs: ['AuthService.CreateEmailChangeLink'],
    handle: async ({ path: { userId }, body: { newEmail } }, { call }) => {
      const { link, expireTime } = await auth.createEmailChangeLink({ userId, newEmail }, call);
      const expiresAt = promised(expireTime, 'expire time').toISOString();
      return json(201, { link, expiresAt }, NO_STORE);
    },
  });

/** Users, for administrators. */
export const createUserRoutes = (auth: AuthApi): readonly TableEntry[] => [
  listRoute(auth),
  getRoute(auth),
  disableRoute(auth),
  enableRoute(auth),
  deleteRoute(auth),
  resetLinkRoute(auth),
  emailLinkRoute(auth),
];
