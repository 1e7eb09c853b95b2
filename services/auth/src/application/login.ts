import { refusal } from '../domain/auth-errors';
import type { AccessToken, IssueAccessToken } from './issue-access-token';
import type { OpenSession } from './open-session';
import type { PasswordHasher, UserRepository, WorkLimits } from './ports';

/** A short-lived access token and the single-use refresh token for the next pair. */
export interface TokenPair extends AccessToken {
  readonly refreshToken: string;
}

export type Login = (
  credentials: { readonly email: string; readonly password: string },
  limits: WorkLimits,
) => Promise<TokenPair>;

/**
 * Opens a session for the user with the given e-mail address and password.
 *
 * @throws DomainError INVALID_CREDENTIALS, ACCOUNT_DISABLED, or what the hasher throws
 */
export const createLogin =
  (deps: {
    readonly users: UserRepository;
    readonly hasher: PasswordHasher;
    readonly openSession: OpenSession;
    readonly issueAccessToken: IssueAccessToken;
  }): Login =>
  async ({ email, password }, limits) => {
    const verified = await deps.hasher.inTurn(limits, async ({ verify }) => {
      const found = await deps.users.findByEmail(email);
      return (await verify(password, found?.passwordHash)) ? found?.user : undefined;
    });
    // The same for unknown users and wrong passwords, so that guessing reveals nothing.
    if (verified === undefined) throw refusal('INVALID_CREDENTIALS');
    // Only who knows the password learns that the account is disabled.
    if (verified.disabledAt !== undefined) throw refusal('ACCOUNT_DISABLED');
    const { sessionId, refreshToken } = await deps.openSession(verified);
    // The user is read after the session is stored: an earlier change of role or status is seen
    // here, a later one ends the session.
    const user = await deps.users.findById(verified.userId);
    // The password was changed in the meantime, so the one verified is no longer valid.
    if (user?.passwordVersion !== verified.passwordVersion) throw refusal('INVALID_CREDENTIALS');
    if (user.disabledAt !== undefined) throw refusal('ACCOUNT_DISABLED');
    const { userId, role } = user;
    const issued = await deps.issueAccessToken({ kind: 'user', userId, role, sessionId });
    return { ...issued, refreshToken };
  };
