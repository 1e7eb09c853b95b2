import { type Clock, newId } from '@flashreserve/ops';
import type { User } from '../domain/user';
import type { IssueAccessToken } from './issue-access-token';
import type { TokenPair } from './login';
import type { OpenSession } from './open-session';
import type { UserRepository } from './ports';

export type CreateGuest = () => Promise<{ readonly user: User; readonly tokens: TokenPair }>;

/** Creates a guest with its only session. It is kept while its refresh token may be used. */
export const createCreateGuest =
  (deps: {
    readonly users: Pick<UserRepository, 'insertGuest'>;
    readonly openSession: OpenSession;
    readonly issueAccessToken: IssueAccessToken;
    readonly clock: Clock;
    readonly refreshTtlSeconds: number;
  }): CreateGuest =>
  async () => {
    const createdAt = deps.clock.now();
    const user: User = {
      userId: newId(),
      email: '',
      name: '',
      role: 'GUEST',
      createdAt,
      passwordVersion: 0,
    };
    const keptUntil = new Date(createdAt.getTime() + deps.refreshTtlSeconds * 1_000);
    await deps.users.insertGuest(user, keptUntil);
    const { sessionId, refreshToken } = await deps.openSession(user);
    const { userId, role } = user;
    const issued = await deps.issueAccessToken({ kind: 'user', userId, role, sessionId });
    return { user, tokens: { ...issued, refreshToken } };
  };
