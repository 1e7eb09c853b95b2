import type { ComponentId } from '@flashreserve/contracts';
import type { AuthServiceServer } from '@flashreserve/contracts/auth';
import type { AccessPolicy } from '@flashreserve/identity';

/** Who may call each method. What a caller may see or do beyond that is decided by the use case. */
export const ACCESS_POLICY: AccessPolicy<AuthServiceServer, ComponentId> = {
  register: 'open',
  login: 'open',
  refreshSession: 'open',
  revokeSession: 'open',
  issueServiceToken: 'open',
  getJwks: 'open',
  // Also the operator's own services: they verify tokens of users too.
  listRevokedSessions: { services: 'any' },
  // No service: none needs names and e-mail addresses, and the gateway asks with the user's own token.
  getUser: { users: 'any' },
  setUserRole: { users: 'admin' },
  changePassword: { users: 'any' },
  endSession: { users: 'any' },
};
