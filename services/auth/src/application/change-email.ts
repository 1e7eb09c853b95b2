import type { Principal } from '@flashreserve/identity';
import type { Clock, Logger } from '@flashreserve/ops';
import { permissionDenied } from '@flashreserve/rpc';
import { refusal } from '../domain/auth-errors';
import type { IssuedLink, IssueLink } from './account-links';
import type { AccountRepository, Mailer } from './account-ports';
import { emailChangeMail, emailChangeNotice } from './mail-texts';
import type {
  PasswordHasher,
  RefreshTokenSource,
  SessionRepository,
  UserRepository,
  WorkLimits,
} from './ports';
import { requireAdmin } from './require-admin';

export interface ChangeEmail {
  /**
   * Has a link sent to the new address, and a notice to the present one.
   *
   * @throws DomainError PERMISSION_DENIED, MAIL_NOT_CONFIGURED, WRONG_PASSWORD, EMAIL_TAKEN,
   *   AUTH_BUSY, or what the hasher throws
   */
  readonly requestEmailChange: (
    request: { readonly newEmail: string; readonly password: string },
    caller: Principal,
    limits: WorkLimits,
  ) => Promise<void>;
  /**
   * Makes the link for an administrator to send to the new address. The present one gets a notice
   * if mail can be sent.
   *
   * @throws DomainError ADMIN_REQUIRED, USER_NOT_FOUND, EMAIL_TAKEN, AUTH_BUSY
   */
  readonly createEmailChangeLink: (
    change: { readonly userId: string; readonly newEmail: string },
    caller: Principal,
  ) => Promise<IssuedLink>;
  /** @throws DomainError LINK_INVALID, EMAIL_TAKEN */
  readonly confirmEmailChange: (token: string) => Promise<void>;
}

export const createChangeEmail = (deps: {
  readonly users: Pick<UserRepository, 'findByEmail' | 'findById' | 'findPasswordHash'>;
  readonly sessions: Pick<SessionRepository, 'isOpen'>;
  readonly accounts: Pick<AccountRepository, 'useEmailLink'>;
  readonly issueLink: IssueLink;
  readonly tokens: RefreshTokenSource;
  readonly mailer: Mailer;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly log: Logger;
}): ChangeEmail => ({
  requestEmailChange: async ({ newEmail, password }, caller, limits) => {
    if (caller.kind !== 'user') throw permissionDenied('Only a user has an e-mail address.');
    if (caller.role === 'GUEST') throw permissionDenied('A guest has no address. Register first.');
    if (caller.issuer !== undefined) {
      throw permissionDenied('The address of this user is kept by its identity provider.');
    }
    const { userId } = caller;
    const user = await deps.hasher.inTurn(limits, async ({ verify }) => {
      // Read before the password: a link must end with any password that replaces it.
      const found = await deps.users.findById(userId);
      const isRight = await verify(password, await deps.users.findPasswordHash(userId));
      if (!isRight || found === undefined) throw refusal('WRONG_PASSWORD');
      return found;
    });
    if (!deps.mailer.isConfigured) throw refusal('MAIL_NOT_CONFIGURED');
    // The unique index decides at the end; registration tells as much.
    if ((await deps.users.findByEmail(newEmail)) !== undefined) throw refusal('EMAIL_TAKEN');
    deps.mailer.queue('email_change', async () => {
      const about = { purpose: 'email', newEmail } as const;
      const { url } = await deps.issueLink(user, about, deps.clock.now());
      return emailChangeMail(newEmail, url);
    });
    deps.mailer.queue('email_change_notice', async () =>
      emailChangeNotice(user.email, { newEmail, askedBy: 'Somebody who knows your password' }),
    );
  },
  createEmailChangeLink: async ({ userId, newEmail }, caller) => {
    const adminId = await requireAdmin(deps, caller);
    const user = await deps.users.findById(userId);
    // A guest has no address, and a link for a disabled user would not work.
    if (user === undefined || user.role === 'GUEST' || user.disabledAt !== undefined) {
      throw refusal('USER_NOT_FOUND');
    }
    // The unique index decides at the end.
    if ((await deps.users.findByEmail(newEmail)) !== undefined) throw refusal('EMAIL_TAKEN');
    if (deps.mailer.isConfigured) {
      deps.mailer.queue('email_change_notice', async () =>
        emailChangeNotice(user.email, { newEmail, askedBy: 'An administrator' }),
      );
    }
    const about = { purpose: 'email', newEmail } as const;
    const link = await deps.issueLink(user, about, deps.clock.now());
    deps.log.info({ userId, adminId }, 'An administrator made a link that changes an address.');
    return link;
  },
  confirmEmailChange: async (token) => {
    const use = { tokenHash: deps.tokens.hash(token), now: deps.clock.now() };
    const used = await deps.accounts.useEmailLink(use);
    switch (used.outcome) {
      case 'invalid':
        throw refusal('LINK_INVALID');
      case 'email-taken':
        throw refusal('EMAIL_TAKEN');
      case 'done':
        deps.log.info({ userId: used.userId }, 'A user changed its e-mail address.');
    }
  },
});
