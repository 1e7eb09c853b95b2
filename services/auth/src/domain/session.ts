/** All refresh tokens that descend from one login: the session family. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly createdAt: Date;
  /** The version of the password that opened it, or that was set from within it. */
  readonly passwordVersion: number;
  /** When its youngest refresh token runs out. */
  readonly expiresAt: Date;
  /** Set when the user logged out, the role or the password changed, or a retired token was shown. */
  readonly endedAt?: Date;
}

/** What is kept of a refresh token. The token itself is known to its holder only. */
export interface RefreshToken {
  readonly tokenHash: string;
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Set when it was exchanged for its successor. */
  readonly retiredAt?: Date;
}

/**
 * What to do with a refresh token that is shown:
 * - `rotate`: it is the live one; exchange it;
 * - `repeat`: it was exchanged a moment ago and the reply may be lost; give another successor;
 * - `reused`: it was exchanged long ago, so one of its two holders is a thief; end the session;
 * - `invalid`: it opens nothing.
 */
export type RefreshVerdict = 'rotate' | 'repeat' | 'reused' | 'invalid';

/**
 * Judges a refresh token. A retired token stays telltale even after its session has ended, so that a repeat
 * of the same theft gets the same answer.
 */
export const judgeRefreshToken = (input: {
  readonly token: RefreshToken;
  /** Undefined when the session is unknown or cleaned up. */
  readonly session: Session | undefined;
  readonly now: Date;
  readonly graceSeconds: number;
}): RefreshVerdict => {
  const { token, session, now, graceSeconds } = input;
  if (token.expiresAt <= now || session === undefined) return 'invalid';
  if (token.retiredAt !== undefined) {
    const graceEndsAt = token.retiredAt.getTime() + graceSeconds * 1000;
    if (now.getTime() >= graceEndsAt) return 'reused';
  }
  if (session.endedAt !== undefined) return 'invalid';
  return token.retiredAt === undefined ? 'rotate' : 'repeat';
};
