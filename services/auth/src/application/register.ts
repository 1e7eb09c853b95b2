import type { Principal } from '@flashreserve/identity';
import { type Clock, newId } from '@flashreserve/ops';
import { callerGone, refusal } from '../domain/auth-errors';
import type { Role, User } from '../domain/user';
import type { PasswordHasher, SessionRepository, UserRepository, WorkLimits } from './ports';
import { requireAdmin } from './require-admin';

export interface Registration {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly role: Role;
}

export type Register = (
  registration: Registration,
  caller: Principal,
  limits: WorkLimits,
) => Promise<User>;

/**
 * Creates a user. Only an administrator can create an administrator.
 *
 * @throws DomainError EMAIL_TAKEN, ADMIN_REQUIRED, or what the hasher throws
 */
export const createRegister =
  (deps: {
    readonly users: UserRepository;
    readonly sessions: Pick<SessionRepository, 'isOpen'>;
    readonly hasher: PasswordHasher;
    readonly clock: Clock;
  }): Register =>
  async ({ email, password, name, role }, caller, limits) => {
    if (role === 'ADMIN') await requireAdmin(deps, caller);
    const passwordHash = await deps.hasher.inTurn(limits, async ({ hash }) => {
      // The unique index decides; this lookup only avoids a wasted hash.
      if ((await deps.users.findByEmail(email)) !== undefined) throw refusal('EMAIL_TAKEN');
      return hash(password);
    });
    // A caller that saw a failure would get EMAIL_TAKEN on its retry.
    if (limits.signal.aborted) throw callerGone();
    const user: User = {
      userId: newId(),
      email,
      name,
      role,
      createdAt: deps.clock.now(),
      passwordVersion: 0,
    };
    if (!(await deps.users.insert({ user, passwordHash }))) throw refusal('EMAIL_TAKEN');
    return user;
  };
