import type { AuthServiceServer } from '@flashreserve/contracts/auth';
import type { Handlers } from '@flashreserve/identity';
import { parseMessage } from '@flashreserve/rpc';
import type { ChangeEmail } from '../application/change-email';
import type { EndAccount } from '../application/end-account';
import type { Queries } from '../application/queries';
import type { ResetPassword } from '../application/reset-password';
import { toWireUser } from './auth.mapper';
import * as schemas from './auth.schemas';
import { userTokens } from './page-tokens';

export interface AccountUseCases extends ResetPassword, ChangeEmail, EndAccount {}

type AccountHandlers = Pick<
  Handlers<AuthServiceServer>,
  | 'requestPasswordReset'
  | 'confirmPasswordReset'
  | 'createPasswordResetLink'
  | 'requestEmailChange'
  | 'createEmailChangeLink'
  | 'confirmEmailChange'
  | 'deleteAccount'
  | 'deleteUser'
  | 'setUserStatus'
  | 'listUsers'
>;

/** The part of auth's handlers that manages accounts. */
export const createAccountHandler = (
  useCases: AccountUseCases & Pick<Queries, 'listUsers'>,
): AccountHandlers => ({
  requestPasswordReset: async (request) => {
    useCases.requestPasswordReset(parseMessage(schemas.requestPasswordResetRequest, request).email);
    return {};
  },
  confirmPasswordReset: async (request, context) => {
    const confirmation = parseMessage(schemas.confirmPasswordResetRequest, request);
    await useCases.confirmPasswordReset(confirmation, context);
    return {};
  },
  createPasswordResetLink: async (request, { principal }) => {
    const { userId } = parseMessage(schemas.createPasswordResetLinkRequest, request);
    const { url, expiresAt } = await useCases.createPasswordResetLink(userId, principal);
    return { link: url, expireTime: expiresAt };
  },
  requestEmailChange: async (request, context) => {
    const change = parseMessage(schemas.requestEmailChangeRequest, request);
    await useCases.requestEmailChange(change, context.principal, context);
    return {};
  },
  createEmailChangeLink: async (request, { principal }) => {
    const change = parseMessage(schemas.createEmailChangeLinkRequest, request);
    const { url, expiresAt } = await useCases.createEmailChangeLink(change, principal);
    return { link: url, expireTime: expiresAt };
  },
  confirmEmailChange: async (request) => {
    await useCases.confirmEmailChange(
      parseMessage(schemas.confirmEmailChangeRequest, request).token,
    );
    return {};
  },
  deleteAccount: async (request, context) => {
    const { password } = parseMessage(schemas.deleteAccountRequest, request);
    await useCases.deleteAccount(password, context.principal, context);
    return {};
  },
  deleteUser: async (request, { principal }) => {
    await useCases.deleteUser(parseMessage(schemas.deleteUserRequest, request).userId, principal);
    return {};
  },
  setUserStatus: async (request, { principal }) => {
    const change = parseMessage(schemas.setUserStatusRequest, request);
    return { user: toWireUser(await useCases.setUserStatus(change, principal)) };
  },
  listUsers: async (request) => {
    const {
      pageToken,
      status: isDisabled,
      ...query
    } = parseMessage(schemas.listUsersRequest, request);
    const after = userTokens.read(pageToken);
    const { items, next } = await useCases.listUsers({ ...query, isDisabled, after });
    return { users: items.map(toWireUser), nextPageToken: userTokens.write(next) };
  },
});
