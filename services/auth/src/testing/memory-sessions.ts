import type { EndedSession, SessionRepository } from '../application/ports';
import type { RefreshToken, Session } from '../domain/session';

export interface MemorySessions extends SessionRepository {
  readonly session: (sessionId: string) => Session | undefined;
  /** All stored tokens, oldest first. */
  readonly tokens: () => readonly RefreshToken[];
  /** Deletes a session, as the TTL monitor does some time after it expires. */
  readonly forget: (sessionId: string) => void;
}

/** In-memory SessionRepository with the full contract, for tests of its users. */
export const createMemorySessions = (): MemorySessions => {
  const sessions = new Map<string, Session>();
  const tokens = new Map<string, RefreshToken>();
  return {
    session: (sessionId) => sessions.get(sessionId),
    tokens: () => [...tokens.values()],
    forget: (sessionId) => {
      sessions.delete(sessionId);
    },
    open: async (session, token) => {
      sessions.set(session.sessionId, session);
      tokens.set(token.tokenHash, token);
    },
    findByToken: async (tokenHash) => {
      const token = tokens.get(tokenHash);
      return token && { token, session: sessions.get(token.sessionId) };
    },
    addToken: async (token) => {
      tokens.set(token.tokenHash, token);
    },
    retireToken: async (tokenHash, now) => {
      const token = tokens.get(tokenHash);
      if (token === undefined || token.retiredAt !== undefined) return false;
      tokens.set(tokenHash, { ...token, retiredAt: now });
      return true;
    },
    extend: async (sessionId, expiresAt) => {
      const session = sessions.get(sessionId);
      if (session === undefined || session.endedAt !== undefined) return false;
      const latest = new Date(Math.max(session.expiresAt.getTime(), expiresAt.getTime()));
      sessions.set(sessionId, { ...session, expiresAt: latest });
      return true;
    },
    isOpen: async (sessionId) => {
      const session = sessions.get(sessionId);
      return session !== undefined && session.endedAt === undefined;
    },
    listEnded: async ({ since, until, after, limit }) => {
      const keyOf = (ended: EndedSession) => `${ended.endedAt.toISOString()} ${ended.sessionId}`;
      const from = after === undefined ? since.toISOString() : keyOf(after);
      return [...sessions.values()]
        .flatMap(({ sessionId, endedAt }) =>
          endedAt === undefined ? [] : [{ sessionId, endedAt }],
        )
        .filter((ended) => keyOf(ended) > from && ended.endedAt <= until)
        .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
        .slice(0, limit);
    },
    end: async (sessionId, now) => {
      const session = sessions.get(sessionId);
      if (session === undefined || session.endedAt !== undefined) return;
      sessions.set(sessionId, { ...session, endedAt: now });
    },
  };
};
