import type { Principal } from '@flashreserve/identity';
import { permissionDenied } from '@flashreserve/rpc';
import { userNotFound } from '../domain/auth-errors';
import type { User } from '../domain/user';
import type { UserRepository } from './ports';

export type GetUser = (userId: string, caller: Principal) => Promise<User>;

const mayRead = (caller: Principal, userId: string): boolean =>
  caller.kind === 'user' && (caller.role === 'ADMIN' || caller.userId === userId);

/**
 * Returns a user to itself and to administrators. Other callers are refused before the lookup, so
 * the response does not reveal whether the user exists.
 *
 * @throws DomainError PERMISSION_DENIED, USER_NOT_FOUND
 */
export const createGetUser =
  (deps: { readonly users: Pick<UserRepository, 'findById'> }): GetUser =>
  async (userId, caller) => {
    if (!mayRead(caller, userId)) throw permissionDenied('A user can only read itself.');
    const user = await deps.users.findById(userId);
    if (user === undefined) throw userNotFound();
    return user;
  };
