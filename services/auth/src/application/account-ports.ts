import type { AccountLink, LinkPurpose } from '../domain/account-link';
import type { Role, User } from '../domain/user';

/** The result of disabling or enabling a user. */
export type StatusChange =
  | { readonly outcome: 'done'; readonly user: User }
  | { readonly outcome: 'not-found' | 'last-admin' };

export type Deletion = 'done' | 'not-found' | 'last-admin';

export interface UserQuery {
  /** Normalised. */
  readonly email: string | undefined;
  readonly emailPrefix: string | undefined;
  readonly role: Exclude<Role, 'GUEST'> | undefined;
  readonly isDisabled: boolean | undefined;
  /** The e-mail address of the last user of the previous page. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Changes of accounts. What ends sessions ends them atomically with the change. */
export interface AccountRepository {
  /** Users with an e-mail address, ordered by it. */
  readonly list: (query: UserQuery) => Promise<readonly User[]>;
  /**
   * Disables or enables a user or a guest. Disabling ends its sessions and links. An administrator
   * who can log in is always left.
   */
  readonly setDisabled: (userId: string, isDisabled: boolean, now: Date) => Promise<StatusChange>;
  /**
   * Removes everything of a user or a guest but its id, and ends its sessions and links. An
   * administrator who can log in is always left. `not-found` also if the user has not, or no
   * longer, the password or the role given.
   */
  readonly remove: (deletion: {
    readonly userId: string;
    readonly only?: { readonly passwordHash: string } | { readonly role: 'GUEST' };
    readonly now: Date;
  }) => Promise<Deletion>;
  /** Stores a link and ends the earlier one of the user with this purpose. */
  readonly storeLink: (link: AccountLink) => Promise<void>;
  /** Whether there is such a link, which may have expired. */
  readonly hasLink: (purpose: LinkPurpose, tokenHash: string) => Promise<boolean>;
  /**
   * Uses up a link: replaces the password and ends all sessions and links of the user. Of
   * concurrent calls, one gets the user's id; undefined if the link is not valid.
   */
  readonly usePasswordLink: (use: {
    readonly tokenHash: string;
    readonly newHash: string;
    readonly now: Date;
  }) => Promise<string | undefined>;
  /** Uses up a link: replaces the e-mail address, and ends the user's link for a password. */
  readonly useEmailLink: (use: {
    readonly tokenHash: string;
    readonly now: Date;
  }) => Promise<
    | { readonly outcome: 'done'; readonly userId: string }
    | { readonly outcome: 'invalid' | 'email-taken' }
  >;
}

export type MailKind = 'password_reset' | 'email_change' | 'email_change_notice';

export interface Mail {
  readonly kind: MailKind;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail in the background. */
export interface Mailer {
  /** Whether there is a server to send mail by. Without one, nothing is queued. */
  readonly isConfigured: boolean;
  /**
   * Queues mail that `write` makes, or none. The caller does not wait: failures are logged and
   * counted, and repeated if that may help. Mail that waits is lost when the process ends.
   *
   * @throws DomainError AUTH_BUSY when the queue is full
   */
  readonly queue: (kind: MailKind, write: () => Promise<Mail | undefined>) => void;
}
