import type { Principal } from '@flashreserve/identity';
import type { Clock, Logger } from '@flashreserve/ops';
import type { ApiClient } from '../domain/api-client';
import { refusal } from '../domain/auth-errors';
import type { ApiClientRepository, SessionRepository, UserRepository } from './ports';
import { requireAdmin } from './require-admin';

export type RevokeApiClient = (clientId: string, caller: Principal) => Promise<ApiClient>;

/**
 * Ends an API client for good, with its secrets and their tokens.
 *
 * @throws DomainError ADMIN_REQUIRED, API_CLIENT_NOT_FOUND
 */
export const createRevokeApiClient =
  (deps: {
    readonly apiClients: Pick<ApiClientRepository, 'revoke'>;
    readonly users: Pick<UserRepository, 'findById'>;
    readonly sessions: Pick<SessionRepository, 'isOpen'>;
    readonly clock: Clock;
    readonly log: Logger;
  }): RevokeApiClient =>
  async (clientId, caller) => {
    const userId = await requireAdmin(deps, caller);
    const client = await deps.apiClients.revoke(clientId, deps.clock.now());
    if (client === undefined) throw refusal('API_CLIENT_NOT_FOUND');
    deps.log.info({ clientId, name: client.name, userId }, 'An API client was revoked.');
    return client;
  };
