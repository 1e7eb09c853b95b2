import type { ComponentId } from '@flashreserve/contracts';
import type { AuthServiceServer } from '@flashreserve/contracts/auth';
import type { AccessPolicy } from '@flashreserve/identity';

/** Who may call each RPC. The use cases apply finer rules. */
export const ACCESS_POLICY: AccessPolicy<AuthServiceServer, ComponentId> = {
  register: 'open',
  login: 'open',
  refreshSession: 'open',
  revokeSession: 'open',
  issueServiceToken: 'open',
  getJwks: 'open',
  // Includes services that the operator adds: they verify user tokens too.
  listRevokedSessions: { services: 'any' },
  // No services: none needs names and e-mail addresses, and the gateway forwards the user's token.
  getUser: { users: 'any' },
  setUserRole: { users: 'admin' },
  changePassword: { users: 'any' },
  endSession: { users: 'any' },
};
