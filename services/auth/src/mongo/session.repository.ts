import { limitStoreCalls } from '@flashreserve/store';
import type { SessionRepository } from '../application/ports';
import type { RefreshToken, Session } from '../domain/session';
import type { AuthModels } from './models';
import type { RefreshTokenDocument } from './refresh-token.model';
import type { SessionDocument } from './session.model';

const toSession = ({ _id, passwordVersion = 0, ...fields }: SessionDocument): Session => ({
  sessionId: _id,
  passwordVersion,
  ...fields,
});

const toToken = ({ _id, ...fields }: RefreshTokenDocument): RefreshToken => ({
  tokenHash: _id,
  ...fields,
});

/**
 * Sessions and their refresh tokens in MongoDB. Only the session document says whether a session is
 * live, so a single update ends it, regardless of tokens being added concurrently.
 */
export const createSessionRepository = ({
  sessions,
  refreshTokens,
}: Pick<AuthModels, 'sessions' | 'refreshTokens'>): SessionRepository => {
  const addToken: SessionRepository['addToken'] = async ({ tokenHash, ...fields }) => {
    await refreshTokens.create({ _id: tokenHash, ...fields });
  };
  return limitStoreCalls({
    addToken,
    open: async ({ sessionId, ...fields }, token) => {
      await sessions.create({ _id: sessionId, ...fields });
      await addToken(token);
    },
    findByToken: async (tokenHash) => {
      const token = await refreshTokens.findById(tokenHash).lean().exec();
      if (token === null) return undefined;
      const session = await sessions.findById(token.sessionId).lean().exec();
      return { token: toToken(token), session: session === null ? undefined : toSession(session) };
    },
    retireToken: async (tokenHash, now) => {
      const { modifiedCount } = await refreshTokens
        .updateOne({ _id: tokenHash, retiredAt: { $exists: false } }, { $set: { retiredAt: now } })
        .exec();
      return modifiedCount === 1;
    },
    extend: async (sessionId, expiresAt) => {
      const { matchedCount } = await sessions
        .updateOne({ _id: sessionId, endedAt: { $exists: false } }, { $max: { expiresAt } })
        .exec();
      return matchedCount === 1;
    },
    isOpen: async (sessionId) =>
      (await sessions.exists({ _id: sessionId, endedAt: { $exists: false } }).exec()) !== null,
    listEnded: async ({ since, until, after, limit }) => {
      const from =
        after === undefined
          ? { endedAt: { $gte: since, $lte: until } }
          : {
              // The lower bound follows from the alternatives; it serves the planner.
              endedAt: { $gte: after.endedAt, $lte: until },
              $or: [
                { endedAt: { $gt: after.endedAt } },
                { endedAt: after.endedAt, _id: { $gt: after.sessionId } },
              ],
            };
      const found = await sessions
        .find(from, { endedAt: 1 })
        .sort({ endedAt: 1, _id: 1 })
        .limit(limit)
        .lean()
        .exec();
      return found.flatMap(({ _id, endedAt }) =>
        endedAt === undefined ? [] : [{ sessionId: _id, endedAt }],
      );
    },
    end: async (sessionId, now) => {
      await sessions
        .updateOne({ _id: sessionId, endedAt: { $exists: false } }, { $set: { endedAt: now } })
        .exec();
    },
  });
};
