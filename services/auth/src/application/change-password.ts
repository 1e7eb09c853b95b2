import type { Principal } from '@flashreserve/identity';
import type { Clock, Logger } from '@flashreserve/ops';
import { permissionDenied } from '@flashreserve/rpc';
import { refusal } from '../domain/auth-errors';
import type { PasswordHasher, UserRepository, WorkLimits } from './ports';

export type ChangePassword = (
  passwords: { readonly currentPassword: string; readonly newPassword: string },
  caller: Principal,
  limits: WorkLimits,
) => Promise<void>;

/**
 * Replaces the caller's own password and ends all its sessions except the current one. A stolen
 * access token is not enough, because the current password is required.
 *
 * @throws DomainError PERMISSION_DENIED, WRONG_PASSWORD, or what the hasher throws
 */
export const createChangePassword =
  (deps: {
    readonly users: Pick<UserRepository, 'findPasswordHash' | 'changePassword'>;
    readonly hasher: PasswordHasher;
    readonly clock: Clock;
    readonly log: Logger;
  }): ChangePassword =>
  async ({ currentPassword, newPassword }, caller, limits) => {
    if (caller.kind !== 'user') throw permissionDenied('Only a user has a password.');
    if (caller.role === 'GUEST') throw permissionDenied('A guest has no password. Register first.');
    if (caller.issuer !== undefined) {
      throw permissionDenied('The password of this user is kept by its identity provider.');
    }
    const { userId, sessionId } = caller;
    const hashes = await deps.hasher.inTurn(limits, async ({ verify, hash }) => {
      const oldHash = await deps.users.findPasswordHash(userId);
      const isRight = await verify(currentPassword, oldHash);
      // Not UNAUTHENTICATED: the token is valid, and clients would try to refresh it.
      if (!isRight || oldHash === undefined) throw refusal('WRONG_PASSWORD');
      return { oldHash, newHash: await hash(newPassword) };
    });
    const now = deps.clock.now();
    const change = { userId, ...hashes, keptSessionId: sessionId, now };
    // A concurrent change won: the current password given here is no longer the current one.
    if (!(await deps.users.changePassword(change))) throw refusal('WRONG_PASSWORD');
    deps.log.info({ userId }, 'A password was changed; the other sessions of the user were ended.');
  };
