import { adminRequired } from '@flashreserve/platform/errors';
import type { Principal } from '@flashreserve/platform/identity';
import type { UserRepository } from './ports';

/**
 * Lets administrators pass. A token keeps its role until it expires, so whoever would make or unmake
 * administrators is looked up: one who was demoted a minute ago cannot promote itself again.
 *
 * @throws DomainError ADMIN_REQUIRED
 */
export const requireAdmin = async (
  users: Pick<UserRepository, 'findById'>,
  caller: Principal,
): Promise<void> => {
  if (caller.kind !== 'user' || caller.role !== 'ADMIN') throw adminRequired();
  const user = await users.findById(caller.userId);
  if (user?.role !== 'ADMIN') throw adminRequired();
};
