import { type Clock, newId } from '@flashreserve/ops';
import { refusal } from '../domain/auth-errors';
import type { User } from '../domain/user';
import type { AccessToken, IssueAccessToken } from './issue-access-token';
import type {
  PasswordHasher,
  RefreshTokenSource,
  SessionRepository,
  UserRepository,
  WorkLimits,
} from './ports';

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
 * @throws DomainError INVALID_CREDENTIALS, or what the hasher throws
 */
export const createLogin = (deps: {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly hasher: PasswordHasher;
  readonly refreshTokens: RefreshTokenSource;
  readonly issueAccessToken: IssueAccessToken;
  readonly clock: Clock;
  readonly refreshTtlSeconds: number;
}): Login => {
  const openSession = async ({
    userId,
    passwordVersion,
  }: User): Promise<{ readonly sessionId: string; readonly refreshToken: string }> => {
    const refreshToken = deps.refreshTokens.create();
    const createdAt = deps.clock.now();
    const expiresAt = new Date(createdAt.getTime() + deps.refreshTtlSeconds * 1000);
    const sessionId = newId();
    await deps.sessions.open(
      { sessionId, userId, createdAt, passwordVersion, expiresAt },
      { tokenHash: deps.refreshTokens.hash(refreshToken), sessionId, createdAt, expiresAt },
    );
    return { sessionId, refreshToken };
  };

  return async ({ email, password }, limits) => {
    const verified = await deps.hasher.inTurn(limits, async ({ verify }) => {
      const found = await deps.users.findByEmail(email);
      return (await verify(password, found?.passwordHash)) ? found?.user : undefined;
    });
    // The same for unknown users and wrong passwords, so that guessing reveals nothing.
    if (verified === undefined) throw refusal('INVALID_CREDENTIALS');
    const { sessionId, refreshToken } = await openSession(verified);
    // The role is read after the session is stored: an earlier role change is seen here, a later
    // one ends the session.
    const user = await deps.users.findById(verified.userId);
    // The password was changed in the meantime, so the one verified is no longer valid.
    if (user?.passwordVersion !== verified.passwordVersion) throw refusal('INVALID_CREDENTIALS');
    const { userId, role } = user;
    const issued = await deps.issueAccessToken({ kind: 'user', userId, role, sessionId });
    return { ...issued, refreshToken };
  };
};
