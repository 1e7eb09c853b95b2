import type { Clock, Logger } from '@flashreserve/ops';
import { refusal } from '../domain/auth-errors';
import { judgeRefreshToken, type Session } from '../domain/session';
import type { IssueAccessToken } from './issue-access-token';
import type { TokenPair } from './login';
import type { RefreshTokenSource, SessionRepository, UserRepository } from './ports';

export type RefreshSession = (refreshToken: string) => Promise<TokenPair>;

/**
 * Exchanges a refresh token for new tokens of the same session. Reusing a token `graceSeconds` or
 * more after its exchange ends the session, because one of its two holders must be a thief. Within
 * the grace period the response may have been lost, or two tabs may have refreshed at once, so the
 * caller gets another successor.
 *
 * @throws DomainError INVALID_REFRESH_TOKEN, REFRESH_TOKEN_REUSED
 */
export const createRefreshSession = (deps: {
  readonly users: Pick<UserRepository, 'findById' | 'keepGuest'>;
  readonly sessions: SessionRepository;
  readonly refreshTokens: RefreshTokenSource;
  readonly issueAccessToken: IssueAccessToken;
  readonly clock: Clock;
  readonly refreshTtlSeconds: number;
  readonly graceSeconds: number;
  readonly log: Logger;
}): RefreshSession => {
  const { sessions, clock, graceSeconds } = deps;

  /** Validates a presented token and returns its session. */
  const examine = async (
    tokenHash: string,
  ): Promise<{ readonly session: Session; readonly isRetired: boolean }> => {
    const found = await sessions.findByToken(tokenHash);
    if (found === undefined) throw refusal('INVALID_REFRESH_TOKEN');
    const { token, session } = found;
    const now = clock.now();
    const verdict = judgeRefreshToken({ token, session, now, graceSeconds });
    if (verdict === 'reused') {
      await sessions.end(token.sessionId, now);
      deps.log.warn(
        { sessionId: token.sessionId, userId: session?.userId },
        'A retired refresh token was reused; its session was ended.',
      );
      throw refusal('REFRESH_TOKEN_REUSED');
    }
    if (session === undefined || verdict === 'invalid') throw refusal('INVALID_REFRESH_TOKEN');
    return { session, isRetired: verdict === 'repeat' };
  };

  /** Stores a successor and returns its expiry. */
  const addSuccessor = async (sessionId: string, refreshToken: string): Promise<Date> => {
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + deps.refreshTtlSeconds * 1000);
    const tokenHash = deps.refreshTokens.hash(refreshToken);
    await sessions.addToken({ tokenHash, sessionId, createdAt, expiresAt });
    return expiresAt;
  };

  return async (shownToken) => {
    const tokenHash = deps.refreshTokens.hash(shownToken);
    const { session, isRetired } = await examine(tokenHash);
    const refreshToken = deps.refreshTokens.create();
    // The successor is stored first: after a crash in between, the presented token is still valid.
    const expiresAt = await addSuccessor(session.sessionId, refreshToken);
    if (!isRetired && !(await sessions.retireToken(tokenHash, clock.now()))) {
      // A concurrent request exchanged it first; check again whether the grace period applies.
      await examine(tokenHash);
    }
    // A concurrent log-out wins: an ended session cannot be extended.
    if (!(await sessions.extend(session.sessionId, expiresAt)))
      throw refusal('INVALID_REFRESH_TOKEN');
    const user = await deps.users.findById(session.userId);
    // Sessions of an older password are invalid, including one opened during the password change.
    if (user?.passwordVersion !== session.passwordVersion) throw refusal('INVALID_REFRESH_TOKEN');
    if (user.disabledAt !== undefined) throw refusal('INVALID_REFRESH_TOKEN');
    if (user.role === 'GUEST') await deps.users.keepGuest(user.userId, expiresAt);
    const issued = await deps.issueAccessToken({
      kind: 'user',
      userId: user.userId,
      role: user.role,
      sessionId: session.sessionId,
    });
    return { ...issued, refreshToken };
  };
};
