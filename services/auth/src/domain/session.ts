/** A login and the family of refresh tokens that descend from it. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly createdAt: Date;
  /** Version of the password that opened the session or that was set from within it. */
  readonly passwordVersion: number;
  /** When its newest refresh token expires. */
  readonly expiresAt: Date;
  /** Set on log-out, on a role or password change, or when a retired token was reused. */
  readonly endedAt?: Date;
}

/** The stored form of a refresh token. Only the holder knows the token itself. */
export interface RefreshToken {
  readonly tokenHash: string;
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When it was exchanged for a successor. */
  readonly retiredAt?: Date;
}

/**
 * What to do with a presented refresh token:
 * - `rotate`: it is live; exchange it.
 * - `repeat`: it was just exchanged and the response may be lost; issue another successor.
 * - `reused`: its grace period is over, so one of its two holders is a thief; end the session.
 * - `invalid`: reject it.
 */
export type RefreshVerdict = 'rotate' | 'repeat' | 'reused' | 'invalid';

/**
 * Judges a refresh token. A retired token is reported as reused even after its session has ended,
 * so that reusing it again gets the same error.
 */
export const judgeRefreshToken = (input: {
  readonly token: RefreshToken;
  /** Undefined when the session is unknown or already deleted. */
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
