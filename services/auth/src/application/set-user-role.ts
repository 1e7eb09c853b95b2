import type { Principal } from '@flashreserve/identity';
import type { Clock, Logger } from '@flashreserve/ops';
import { invalidRequest } from '@flashreserve/rpc';
import { refusal } from '../domain/auth-errors';
import type { Role, User } from '../domain/user';
import type { SessionRepository, UserRepository } from './ports';
import { requireAdmin } from './require-admin';

export type SetUserRole = (
  change: { readonly userId: string; readonly role: Role },
  caller: Principal,
) => Promise<User>;

/**
 * Changes a user's role and ends the user's sessions.
 *
 * @throws DomainError ADMIN_REQUIRED, USER_NOT_FOUND, LAST_ADMIN; INVALID_REQUEST for a guest
 */
export const createSetUserRole =
  (deps: {
    readonly users: UserRepository;
    readonly sessions: Pick<SessionRepository, 'isOpen'>;
    readonly clock: Clock;
    readonly log: Logger;
  }): SetUserRole =>
  async ({ userId, role }, caller) => {
    await requireAdmin(deps, caller);
    const change = await deps.users.changeRole(userId, role, deps.clock.now());
    switch (change.outcome) {
      case 'not-found':
        throw refusal('USER_NOT_FOUND');
      case 'guest':
        throw invalidRequest([{ field: 'role', description: 'of a guest cannot be set' }]);
      case 'last-admin':
        throw refusal('LAST_ADMIN');
      case 'done':
        deps.log.info({ userId, role }, 'The role of a user was set.');
        return change.user;
    }
  };
