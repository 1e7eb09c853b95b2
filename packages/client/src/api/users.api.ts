import type { Account, EmailChangeLink, PasswordResetLink } from '../gen/openapi';
import type { CallOptions } from '../transport/budget';
import { type ApiDeps, dataOf, throughPages } from './api';

export interface UserFilter {
  /** Only the user with this e-mail address. */
  readonly email?: string;
  /** Only users whose e-mail address starts with this text. */
  readonly q?: string;
  readonly role?: 'CUSTOMER' | 'ADMIN';
  readonly status?: Account['status'];
}

/** Users, for administrators. */
export interface UsersApi {
  /** All users with an e-mail address, ordered by it; pages are fetched on demand. */
  readonly list: (
    filter?: UserFilter,
    options?: CallOptions,
  ) => AsyncGenerator<Account, void, undefined>;
  readonly get: (userId: string, options?: CallOptions) => Promise<Account>;
  /** Keeps a user from logging in, and ends its sessions. */
  readonly disable: (userId: string, options?: CallOptions) => Promise<Account>;
  readonly enable: (userId: string, options?: CallOptions) => Promise<Account>;
  /** Deletes a user for good. */
  readonly delete: (userId: string, options?: CallOptions) => Promise<void>;
  /** A link that sets a new password once, to hand over where no mail is sent. */
  readonly createPasswordResetLink: (
    userId: string,
    options?: CallOptions,
  ) => Promise<PasswordResetLink>;
  /** A link that changes the e-mail address once, to send to the new address. */
  readonly createEmailChangeLink: (
    userId: string,
    newEmail: string,
    options?: CallOptions,
  ) => Promise<EmailChangeLink>;
}

export const createUsersApi = ({ api, send }: ApiDeps): UsersApi => {
  const read = { access: 'user', repeatable: 'always' } as const;
  const once = { access: 'user', repeatable: 'never' } as const;
  const at = (userId: string) => ({ params: { path: { userId } } });
  return {
    list: (filter = {}, options) =>
      throughPages((pageToken) =>
        dataOf(
          api.GET('/users', {
            params: { query: { ...filter, ...(pageToken !== '' && { pageToken }) } },
            ...send(read, options),
          }),
        ),
      ),
    get: (userId, options) =>
      dataOf(api.GET('/users/{userId}', { ...at(userId), ...send(read, options) })),
    disable: (userId, options) =>
      dataOf(api.POST('/users/{userId}/disable', { ...at(userId), ...send(read, options) })),
    enable: (userId, options) =>
      dataOf(api.POST('/users/{userId}/enable', { ...at(userId), ...send(read, options) })),
    delete: async (userId, options) => {
      await api.DELETE('/users/{userId}', { ...at(userId), ...send(once, options) });
    },
    createPasswordResetLink: (userId, options) =>
      dataOf(
        api.POST('/users/{userId}/password-reset-link', { ...at(userId), ...send(once, options) }),
      ),
    createEmailChangeLink: (userId, newEmail, options) =>
      dataOf(
        api.POST('/users/{userId}/email-change-link', {
          ...at(userId),
          body: { newEmail },
          ...send(once, options),
        }),
      ),
  };
};
