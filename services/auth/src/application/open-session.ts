import { type Clock, newId } from '@flashreserve/ops';
import type { User } from '../domain/user';
import type { RefreshTokenSource, SessionRepository } from './ports';

export interface OpenedSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

export type OpenSession = (user: User) => Promise<OpenedSession>;

/** Opens a session for a user that is already authenticated. */
export const createOpenSession =
  (deps: {
    readonly sessions: Pick<SessionRepository, 'open'>;
    readonly refreshTokens: RefreshTokenSource;
    readonly clock: Clock;
    readonly refreshTtlSeconds: number;
  }): OpenSession =>
  async ({ userId, passwordVersion }) => {
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
