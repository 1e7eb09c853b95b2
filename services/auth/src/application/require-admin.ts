import type { Principal } from '@flashreserve/identity';
import { adminRequired, unauthenticated } from '@flashreserve/rpc';
import type { SessionRepository, UserRepository } from './ports';

/**
 * Requires the caller to be an administrator now. A token keeps its role until it expires, so the
 * user and its session are looked up: a caller who was just demoted or logged out cannot promote
 * itself again. An administrator of an outside issuer is one as long as its token is valid.
 *
 * @returns the id of the administrator
 * @throws DomainError ADMIN_REQUIRED; TOKEN_REVOKED when the session has ended
 */
export const requireAdmin = async (
  stores: {
    readonly users: Pick<UserRepository, 'findById'>;
    readonly sessions: Pick<SessionRepository, 'isOpen'>;
  },
  caller: Principal,
): Promise<string> => {
  if (caller.kind !== 'user' || caller.role !== 'ADMIN') throw adminRequired();
  if (caller.issuer !== undefined) return caller.userId;
  const user = await stores.users.findById(caller.userId);
  if (user?.role !== 'ADMIN' || user.disabledAt !== undefined) throw adminRequired();
  const isOpen = caller.sessionId !== undefined && (await stores.sessions.isOpen(caller.sessionId));
  if (!isOpen) throw unauthenticated('TOKEN_REVOKED');
  return user.userId;
};
