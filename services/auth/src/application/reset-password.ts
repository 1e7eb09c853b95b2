import type { Principal } from '@flashreserve/identity';
import type { Clock, Logger } from '@flashreserve/ops';
import { refusal } from '../domain/auth-errors';
import type { IssuedLink, IssueLink } from './account-links';
import type { AccountRepository, Mailer } from './account-ports';
import { passwordResetMail } from './mail-texts';
import type {
  PasswordHasher,
  RefreshTokenSource,
  SessionRepository,
  UserRepository,
  WorkLimits,
} from './ports';
import { requireAdmin } from './require-admin';

export interface ResetPassword {
  /**
   * Has a link sent to the user with this address, if there is one. Does nothing before it returns
   * that depends on the address, so that neither the result nor its time says anything about it.
   *
   * @throws DomainError AUTH_BUSY
   */
  readonly requestPasswordReset: (email: string) => void;
  /**
   * Makes the link for an administrator to hand over.
   *
   * @throws DomainError ADMIN_REQUIRED, USER_NOT_FOUND
   */
  readonly createPasswordResetLink: (userId: string, caller: Principal) => Promise<IssuedLink>;
  /**
   * Sets a new password and ends all sessions of the user.
   *
   * @throws DomainError LINK_INVALID, or what the hasher throws
   */
  readonly confirmPasswordReset: (
    request: { readonly token: string; readonly newPassword: string },
    limits: WorkLimits,
  ) => Promise<void>;
}

export const createResetPassword = (deps: {
  readonly users: Pick<UserRepository, 'findByEmail' | 'findById'>;
  readonly sessions: Pick<SessionRepository, 'isOpen'>;
  readonly accounts: AccountRepository;
  readonly issueLink: IssueLink;
  readonly tokens: RefreshTokenSource;
  readonly mailer: Mailer;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly log: Logger;
}): ResetPassword => ({
  requestPasswordReset: (email) => {
    if (!deps.mailer.isConfigured) {
      deps.log.warn('A user asked for a new password, but SMTP_URL is not set: no mail was sent.');
      return;
    }
    deps.mailer.queue('password_reset', async () => {
      const user = (await deps.users.findByEmail(email))?.user;
      if (user === undefined || user.disabledAt !== undefined) return undefined;
      const { url } = await deps.issueLink(user, { purpose: 'password' }, deps.clock.now());
      return passwordResetMail(user.email, url);
    });
  },
  createPasswordResetLink: async (userId, caller) => {
    const adminId = await requireAdmin(deps, caller);
    const user = await deps.users.findById(userId);
    // A guest has no password to set, and a link for a disabled user would not work.
    if (user === undefined || user.role === 'GUEST' || user.disabledAt !== undefined) {
      throw refusal('USER_NOT_FOUND');
    }
    const link = await deps.issueLink(user, { purpose: 'password' }, deps.clock.now());
    deps.log.info({ userId, adminId }, 'An administrator made a link that sets a password.');
    return link;
  },
  confirmPasswordReset: async ({ token, newPassword }, limits) => {
    const tokenHash = deps.tokens.hash(token);
    const newHash = await deps.hasher.inTurn(limits, async ({ hash }) => {
      // Its use decides; this lookup only avoids a wasted hash.
      if (!(await deps.accounts.hasLink('password', tokenHash))) throw refusal('LINK_INVALID');
      return hash(newPassword);
    });
    const use = { tokenHash, newHash, now: deps.clock.now() };
    const userId = await deps.accounts.usePasswordLink(use);
    if (userId === undefined) throw refusal('LINK_INVALID');
    deps.log.info({ userId }, 'A password was set by a link; all sessions of the user were ended.');
  },
});
