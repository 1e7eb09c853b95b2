import { type Clock, type Logger, newId } from '@flashreserve/ops';
import type { PasswordHasher, UserRepository, WorkLimits } from './ports';

/**
 * Creates the first administrator of a new system. Does nothing if an administrator exists. Safe to
 * run on several instances at once: the unique e-mail address lets one of them win. An address that
 * belongs to a customer is never promoted, because anyone could have registered it first.
 */
export const bootstrapAdmin = async (
  admin: { readonly email: string; readonly password: string } | undefined,
  deps: {
    readonly users: UserRepository;
    readonly hasher: PasswordHasher;
    readonly limits: WorkLimits;
    readonly clock: Clock;
    readonly log: Logger;
  },
): Promise<void> => {
  const { users, log } = deps;
  if (await users.hasAdmin()) return;
  if (admin === undefined) {
    log.warn('There is no administrator. Set ADMIN_EMAIL and ADMIN_PASSWORD to create one.');
    return;
  }
  const passwordHash = await deps.hasher.inTurn(deps.limits, ({ hash }) => hash(admin.password));
  const user = {
    userId: newId(),
    email: admin.email,
    name: '',
    role: 'ADMIN',
    createdAt: deps.clock.now(),
    passwordVersion: 0,
  } as const;
  if (await users.insert({ user, passwordHash })) {
    log.info({ userId: user.userId }, 'The first administrator was created.');
    return;
  }
  if (!(await users.hasAdmin())) {
    log.warn(
      'The address in ADMIN_EMAIL belongs to a customer, so no administrator was created. Use another address.',
    );
  }
};
