import type { Scope } from '@flashreserve/contracts';

/** A secret of an API client. Only the client knows the secret itself. */
export interface ApiClientSecret {
  readonly secretId: string;
  /** SHA-256 of the secret. */
  readonly hash: string;
  readonly createdAt: Date;
  /** When it ends; missing for the newest one. */
  readonly endsAt?: Date;
}

/** A backend of a shop, which acts for customers within its scopes. */
export interface ApiClient {
  readonly clientId: string;
  readonly name: string;
  /** In alphabetical order. */
  readonly scopes: readonly Scope[];
  /** Oldest first; empty once it is revoked. Some may have ended. */
  readonly secrets: readonly ApiClientSecret[];
  /** User id of the administrator. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly rotatedAt?: Date;
  readonly revokedAt?: Date;
  readonly lastUsedAt?: Date;
}

export const API_CLIENT_LIMITS = {
  /** Clients that are not revoked. */
  clientsMax: 1_000,
  /** Secrets of a client that have not ended. */
  secretsMax: 3,
  nameLengthMax: 100,
  overlapSecondsMax: 604_800,
} as const;

/** The secrets that have not ended. */
export const livingSecrets = (
  { secrets }: Pick<ApiClient, 'secrets'>,
  now: Date,
): readonly ApiClientSecret[] =>
  secrets.filter(({ endsAt }) => endsAt === undefined || endsAt > now);

/**
 * The living secrets of a client, each with its end: `latest`, or earlier if it was to end before.
 * A rotation never lengthens the life of a secret.
 */
export const planEnds = (
  client: Pick<ApiClient, 'secrets'>,
  now: Date,
  latest: Date,
): readonly (ApiClientSecret & { readonly endsAt: Date })[] =>
  livingSecrets(client, now).map(({ endsAt = latest, ...secret }) => ({
    ...secret,
    endsAt: endsAt < latest ? endsAt : latest,
  }));

/** Whether nobody has used or changed the client since it was created. */
export const isUntouched = ({ rotatedAt, revokedAt, lastUsedAt }: ApiClient): boolean =>
  rotatedAt === undefined && revokedAt === undefined && lastUsedAt === undefined;
