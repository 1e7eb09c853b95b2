import type { Principal } from '@flashreserve/identity';
import type { Clock, Logger } from '@flashreserve/ops';
import { invalidRequest, permissionDenied } from '@flashreserve/rpc';
import { refusal } from '../domain/auth-errors';
import type { User } from '../domain/user';
import type { AccountRepository } from './account-ports';
import type { PasswordHasher, SessionRepository, UserRepository, WorkLimits } from './ports';
import { requireAdmin } from './require-admin';

export interface EndAccount {
  /**
   * Deletes the caller. A guest needs no password.
   *
   * @throws DomainError INVALID_REQUEST, PERMISSION_DENIED, WRONG_PASSWORD, LAST_ADMIN, or what
   *   the hasher throws
   */
  readonly deleteAccount: (
    password: string,
    caller: Principal,
    limits: WorkLimits,
  ) => Promise<void>;
  /** @throws DomainError ADMIN_REQUIRED, USER_NOT_FOUND, LAST_ADMIN */
  readonly deleteUser: (userId: string, caller: Principal) => Promise<void>;
  /** @throws DomainError ADMIN_REQUIRED, USER_NOT_FOUND, LAST_ADMIN */
  readonly setUserStatus: (
    change: { readonly userId: string; readonly isDisabled: boolean },
    caller: Principal,
  ) => Promise<User>;
}

export const createEndAccount = (deps: {
  readonly users: Pick<UserRepository, 'findById' | 'findPasswordHash'>;
  readonly sessions: Pick<SessionRepository, 'isOpen'>;
  readonly accounts: Pick<AccountRepository, 'remove' | 'setDisabled'>;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly log: Logger;
}): EndAccount => {
  const verifiedHash = (userId: string, password: string, limits: WorkLimits): Promise<string> => {
    if (password === '') {
      throw invalidRequest([{ field: 'password', description: 'is required' }]);
    }
    return deps.hasher.inTurn(limits, async ({ verify }) => {
      const passwordHash = await deps.users.findPasswordHash(userId);
      const isRight = await verify(password, passwordHash);
      if (!isRight || passwordHash === undefined) throw refusal('WRONG_PASSWORD');
      return passwordHash;
    });
  };

  return {
    deleteAccount: async (password, caller, limits) => {
      if (caller.kind !== 'user') throw permissionDenied('Only a user can delete its account.');
      if (caller.issuer !== undefined) {
        throw permissionDenied('The account of this user is kept by its identity provider.');
      }
      const { userId } = caller;
      // A token of a guest that has registered since must not delete the account.
      const only =
        caller.role === 'GUEST'
          ? ({ role: 'GUEST' } as const)
          : { passwordHash: await verifiedHash(userId, password, limits) };
      const outcome = await deps.accounts.remove({ userId, only, now: deps.clock.now() });
      if (outcome === 'last-admin') throw refusal('LAST_ADMIN');
      // The password was changed, or the user deleted, in the meantime.
      if (outcome === 'not-found') throw refusal('WRONG_PASSWORD');
      deps.log.info({ userId }, 'A user deleted its account.');
    },
    deleteUser: async (userId, caller) => {
      const adminId = await requireAdmin(deps, caller);
      const outcome = await deps.accounts.remove({ userId, now: deps.clock.now() });
      if (outcome === 'last-admin') throw refusal('LAST_ADMIN');
      if (outcome === 'not-found') throw refusal('USER_NOT_FOUND');
      deps.log.info({ userId, adminId }, 'An administrator deleted a user.');
    },
    setUserStatus: async ({ userId, isDisabled }, caller) => {
      const adminId = await requireAdmin(deps, caller);
      const change = await deps.accounts.setDisabled(userId, isDisabled, deps.clock.now());
      switch (change.outcome) {
        case 'not-found':
          throw refusal('USER_NOT_FOUND');
        case 'last-admin':
          throw refusal('LAST_ADMIN');
        case 'done':
          deps.log.info({ userId, adminId, isDisabled }, 'The status of a user was set.');
          return change.user;
      }
    },
  };
};
