import type { Scope } from '@flashreserve/contracts';
import type { Principal } from '@flashreserve/identity';
import { type Clock, type Logger, newId } from '@flashreserve/ops';
import { API_CLIENT_LIMITS, type ApiClient } from '../domain/api-client';
import { refusal } from '../domain/auth-errors';
import type {
  ApiClientRepository,
  ClientSecretSource,
  SessionRepository,
  UserRepository,
} from './ports';
import { requireAdmin } from './require-admin';

/** A client together with a secret that cannot be read again. */
export interface ApiClientWithSecret {
  readonly client: ApiClient;
  readonly clientSecret: string;
}

export type CreateApiClient = (
  command: {
    readonly name: string;
    readonly scopes: readonly Scope[];
    /** Idempotency key. */
    readonly requestId: string | undefined;
  },
  caller: Principal,
) => Promise<ApiClientWithSecret>;

/**
 * Creates an API client. A retry with the same request id and content gets the same client with a
 * new secret, because the first one cannot be read again; the first one ends.
 *
 * @throws DomainError ADMIN_REQUIRED, API_CLIENT_LIMIT_EXCEEDED, REQUEST_ID_REUSED
 */
export const createCreateApiClient =
  (deps: {
    readonly apiClients: ApiClientRepository;
    readonly clientSecrets: ClientSecretSource;
    readonly users: Pick<UserRepository, 'findById'>;
    readonly sessions: Pick<SessionRepository, 'isOpen'>;
    readonly clock: Clock;
    readonly log: Logger;
  }): CreateApiClient =>
  async ({ name, scopes, requestId }, caller) => {
    const { apiClients, clientSecrets } = deps;
    const createdBy = await requireAdmin(deps, caller);
    const now = deps.clock.now();
    const clientSecret = clientSecrets.create();
    const newest = { secretId: newId(), hash: clientSecrets.hash(clientSecret), createdAt: now };
    const created: ApiClient = {
      clientId: clientSecrets.newClientId(now),
      name,
      scopes,
      secrets: [newest],
      createdBy,
      createdAt: now,
    };
    const outcome = await apiClients.insert({ client: created, requestId });
    if (outcome === 'too-many') {
      const message = `There can be at most ${API_CLIENT_LIMITS.clientsMax} API clients.`;
      throw refusal('API_CLIENT_LIMIT_EXCEEDED', { message });
    }
    const client =
      outcome === 'repeated' && requestId !== undefined
        ? await apiClients.repeatCreation({ requestId, name, scopes, newest, now })
        : created;
    if (client === undefined) throw refusal('REQUEST_ID_REUSED');
    const { clientId } = client;
    deps.log.info({ clientId, name, scopes, createdBy }, 'An API client was created.');
    return { client, clientSecret };
  };
