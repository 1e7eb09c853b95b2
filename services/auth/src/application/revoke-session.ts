import type { Clock } from '@flashreserve/ops';
import type { RefreshTokenSource, SessionRepository } from './ports';

export type RevokeSession = (refreshToken: string) => Promise<void>;

/** Ends the session of a refresh token, live or retired. An unknown token is ignored. */
export const createRevokeSession =
  (deps: {
    readonly sessions: SessionRepository;
    readonly refreshTokens: RefreshTokenSource;
    readonly clock: Clock;
  }): RevokeSession =>
  async (refreshToken) => {
    const found = await deps.sessions.findByToken(deps.refreshTokens.hash(refreshToken));
    if (found !== undefined) await deps.sessions.end(found.token.sessionId, deps.clock.now());
  };
