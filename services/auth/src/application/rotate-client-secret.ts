import type { Principal } from '@flashreserve/identity';
import { type Clock, type Logger, newId } from '@flashreserve/ops';
import { API_CLIENT_LIMITS } from '../domain/api-client';
import { refusal } from '../domain/auth-errors';
import type { ApiClientWithSecret } from './create-api-client';
import type {
  ApiClientRepository,
  ClientSecretSource,
  SessionRepository,
  UserRepository,
} from './ports';
import { requireAdmin } from './require-admin';

export type RotateClientSecret = (
  command: { readonly clientId: string; readonly overlapSeconds: number },
  caller: Principal,
) => Promise<ApiClientWithSecret>;

/**
 * Gives an API client a new secret. The older ones end after the overlap, or earlier if an earlier
 * rotation said so, and so do the tokens that were issued for them.
 *
 * @throws DomainError ADMIN_REQUIRED, API_CLIENT_NOT_FOUND, API_CLIENT_REVOKED,
 *   SECRET_LIMIT_EXCEEDED
 */
export const createRotateClientSecret =
  (deps: {
    readonly apiClients: Pick<ApiClientRepository, 'rotateSecret'>;
    readonly clientSecrets: ClientSecretSource;
    readonly users: Pick<UserRepository, 'findById'>;
    readonly sessions: Pick<SessionRepository, 'isOpen'>;
    readonly clock: Clock;
    readonly log: Logger;
  }): RotateClientSecret =>
  async ({ clientId, overlapSeconds }, caller) => {
    const userId = await requireAdmin(deps, caller);
    const now = deps.clock.now();
    const clientSecret = deps.clientSecrets.create();
    const change = await deps.apiClients.rotateSecret({
      clientId,
      newest: { secretId: newId(), hash: deps.clientSecrets.hash(clientSecret), createdAt: now },
      now,
      othersEndAt: new Date(now.getTime() + overlapSeconds * 1_000),
    });
    switch (change.outcome) {
      case 'not-found':
        throw refusal('API_CLIENT_NOT_FOUND');
      case 'revoked':
        throw refusal('API_CLIENT_REVOKED');
      case 'too-many-secrets':
        throw refusal('SECRET_LIMIT_EXCEEDED', {
          message: `An API client can have at most ${API_CLIENT_LIMITS.secretsMax} valid secrets.`,
        });
      case 'done': {
        const { client } = change;
        const fields = { clientId, name: client.name, overlapSeconds, userId };
        deps.log.info(fields, 'An API client got a new secret.');
        return { client, clientSecret };
      }
    }
  };
