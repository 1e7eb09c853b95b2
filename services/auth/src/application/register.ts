import type { Principal } from '@flashreserve/identity';
import { type Clock, newId } from '@flashreserve/ops';
import { callerGone, refusal } from '../domain/auth-errors';
import type { Role, User } from '../domain/user';
import type {
  GuestRegistration,
  PasswordHasher,
  SessionRepository,
  UserRepository,
  WorkLimits,
} from './ports';
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

const guestOf = (caller: Principal): string | undefined =>
  caller.kind === 'user' && caller.role === 'GUEST' ? caller.userId : undefined;

/**
 * Creates a user, or turns the guest that calls into a customer. Only an administrator can create
 * an administrator. The sessions of a guest end with its registration: whoever else has a token of
 * the guest must not get into the account.
 *
 * @throws DomainError EMAIL_TAKEN, GUEST_REGISTERED, ADMIN_REQUIRED, or what the hasher throws
 */
export const createRegister = (deps: {
  readonly users: UserRepository;
  readonly sessions: Pick<SessionRepository, 'isOpen'>;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}): Register => {
  const registerGuest = async (guest: Omit<GuestRegistration, 'now'>): Promise<User> => {
    const registered = await deps.users.registerGuest({ ...guest, now: deps.clock.now() });
    switch (registered.outcome) {
      case 'done':
        return registered.user;
      case 'email-taken':
        throw refusal('EMAIL_TAKEN');
      case 'no-guest':
        throw refusal('GUEST_REGISTERED');
    }
  };

  return async ({ email, password, name, role }, caller, limits) => {
    if (role === 'ADMIN') await requireAdmin(deps, caller);
    const passwordHash = await deps.hasher.inTurn(limits, async ({ hash }) => {
      // The unique index decides; this lookup only avoids a wasted hash.
      if ((await deps.users.findByEmail(email)) !== undefined) throw refusal('EMAIL_TAKEN');
      return hash(password);
    });
    // A caller that saw a failure would get EMAIL_TAKEN on its retry.
    if (limits.signal.aborted) throw callerGone();
    const guestId = guestOf(caller);
    if (guestId !== undefined) {
      return registerGuest({ userId: guestId, email, name, passwordHash });
    }
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
};
