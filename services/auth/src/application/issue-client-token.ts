import type { Scope } from '@flashreserve/contracts';
import {
  type Clock,
  createFailureLog,
  describeCauses,
  endsWithin,
  type Logger,
} from '@flashreserve/ops';
import { scopeRequired } from '@flashreserve/rpc';
import { type ApiClient, type ApiClientSecret, livingSecrets } from '../domain/api-client';
import { refusal } from '../domain/auth-errors';
import type { AccessToken, IssueAccessToken } from './issue-access-token';
import type { ApiClientRepository, ClientSecretSource } from './ports';

export interface ClientToken extends AccessToken {
  readonly scopes: readonly Scope[];
}

export type IssueClientToken = (request: {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Empty means all scopes of the client. */
  readonly scopes: readonly Scope[];
}) => Promise<ClientToken>;

/** The time of the last use is stored at most this often. */
const USE_INTERVAL_MS = 60_000;
/** How long a token waits for the store to note the use. */
const USE_PATIENCE_MS = 500;
/** The shortest life of a token; a secret that ends before is treated as ended. */
const LIFE_MS_MIN = 1_000;

/** Notes uses of clients. Never fails: the time of the last use is information only. */
const createUseNotes = (deps: {
  readonly apiClients: Pick<ApiClientRepository, 'noteUse'>;
  readonly log: Logger;
}) => {
  const logFailure = createFailureLog();
  const note = async (clientId: string, at: Date): Promise<void> => {
    try {
      await deps.apiClients.noteUse(clientId, at);
    } catch (error) {
      logFailure({
        log: deps.log,
        level: 'warn',
        key: 'use',
        fields: { clientId, causes: describeCauses(error) },
        message: 'The last use of an API client could not be stored.',
      });
    }
  };
  return async ({ clientId, lastUsedAt }: ApiClient, at: Date): Promise<void> => {
    const sinceMs = at.getTime() - (lastUsedAt?.getTime() ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= USE_INTERVAL_MS) await endsWithin(USE_PATIENCE_MS, note(clientId, at));
  };
};

/**
 * Exchanges an API client's id and secret for an access token.
 *
 * @throws DomainError INVALID_CREDENTIALS; SCOPE_REQUIRED for a scope that the client does not have
 */
export const createIssueClientToken = (deps: {
  readonly apiClients: Pick<ApiClientRepository, 'findById' | 'noteUse'>;
  readonly clientSecrets: ClientSecretSource;
  readonly issueAccessToken: IssueAccessToken;
  readonly clock: Clock;
  readonly log: Logger;
}): IssueClientToken => {
  const noteUse = createUseNotes(deps);

  const authenticate = async (
    clientId: string,
    clientSecret: string,
    now: Date,
  ): Promise<{ readonly client: ApiClient; readonly secret: ApiClientSecret }> => {
    const client = await deps.apiClients.findById(clientId);
    const soon = new Date(now.getTime() + LIFE_MS_MIN);
    const candidates = client === undefined ? [] : livingSecrets(client, soon);
    const secret = deps.clientSecrets.find(clientSecret, candidates);
    // Without a scope that this version knows, every verifier would refuse the token.
    if (client === undefined || secret === undefined || client.scopes.length === 0) {
      throw refusal('INVALID_CREDENTIALS');
    }
    return { client, secret };
  };

  return async ({ clientId, clientSecret, scopes: requested }) => {
    // Before the client is read: should it be revoked meanwhile, the token expires before the
    // revocation is forgotten.
    const issuedAt = deps.clock.now();
    const { client, secret } = await authenticate(clientId, clientSecret, issuedAt);
    const missing = requested.find((scope) => !client.scopes.includes(scope));
    if (missing !== undefined) throw scopeRequired(missing);
    const scopes = requested.length === 0 ? client.scopes : requested;
    const { name } = client;
    const subject = { kind: 'client', clientId, name, scopes, sessionId: secret.secretId } as const;
    const issued = await deps.issueAccessToken(subject, { issuedAt, endsAt: secret.endsAt });
    await noteUse(client, issuedAt);
    return { ...issued, scopes };
  };
};
