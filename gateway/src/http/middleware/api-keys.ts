import { createHash } from 'node:crypto';
import { type ApiKey, parseApiKey } from '@flashreserve/identity';
import type { Clock } from '@flashreserve/ops';
import { DomainError, overloaded } from '@flashreserve/rpc';
import { LRUCache } from 'lru-cache';
import type { AuthApi } from '../../grpc/auth.client';
import type { Limits } from '../../limits/limits';
import { apiKeyInvalid } from '../gateway-errors';
import type { CallingClient } from './request-scope';

/** API keys whose tokens are remembered; more than a deployment may have clients. */
const KEYS_MAX = 4_096;
/** Exchanges under way. A key is exchanged once in the life of its token, so few are enough. */
const EXCHANGES_MAX = 64;
const EXCHANGE_TIMEOUT_MS = 5_000;
/** A token is replaced when a fifth of its life is left. */
const USED_LIFE = 0.8;
/** A wrong key is not asked about again for so long, in milliseconds. */
const REFUSED_MS = 5_000;
/** Minimum age of a token that is replaced because it was refused, in milliseconds. */
const REPLACED_MS = 5_000;

const BEARER = /^Bearer +(fr_\S+)$/i;

/** The API key of an `Authorization` header; undefined for any other credential. */
const apiKeyOf = (authorization: string | undefined): ApiKey | undefined => {
  const [, text] = BEARER.exec(authorization ?? '') ?? [];
  return text === undefined ? undefined : parseApiKey(text);
};

/** What is remembered instead of the key itself. */
const fingerprintOf = ({ clientId, clientSecret }: ApiKey): string =>
  createHash('sha256').update(`${clientId} ${clientSecret}`).digest('base64url');

interface Exchanged {
  /** The header with the access token. */
  readonly authorization: string;
  /** How long it is remembered, in milliseconds. */
  readonly keptMs: number;
  /** Time in milliseconds. */
  readonly exchangedAt: number;
}

const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError && error.kind === 'unauthenticated';

/** Auth's refusals of the credentials in a key, and verification's of the token made of them. */
const KEY_REFUSALS: ReadonlySet<string> = new Set([
  'INVALID_CREDENTIALS',
  'TOKEN_INVALID',
  'TOKEN_REVOKED',
]);

/** Names the key in a refusal of what was made of it: its sender knows nothing else. */
export const asKeyError = (error: unknown): unknown =>
  error instanceof DomainError && KEY_REFUSALS.has(error.reason) ? apiKeyInvalid() : error;

/** Where a request comes from. */
export interface Sender {
  /** Read only when a key has to be exchanged. */
  readonly clientAddress: string;
  /** Set when the token of an API client has been verified, also if the route refuses it. */
  client?: CallingClient | undefined;
}

/**
 * Replaces an API key in an `Authorization` header by the access token that auth issues for it;
 * returns other values unchanged. A token that `refused` names was not valid: it is replaced,
 * unless it is less than five seconds old.
 *
 * @throws DomainError API_KEY_INVALID for a key that is wrong or no longer valid; LOGIN_LIMITED
 *   after too many wrong ones from the address; OVERLOADED; AUTH_UNAVAILABLE
 */
export type KeyExchange = (
  authorization: string | undefined,
  sender: Sender,
  refused?: string,
) => Promise<string | undefined>;

/**
 * Exchanges each key once and remembers the token for most of its life. The token is verified at
 * every request like any other, so a client that is revoked is refused as fast as anybody.
 */
export const createKeyExchange = (deps: {
  readonly auth: Pick<AuthApi, 'issueClientToken'>;
  readonly limits: Pick<Limits, 'clientLogin'>;
  readonly clock: Clock;
}): KeyExchange => {
  const { auth, limits, clock } = deps;
  const known = new LRUCache<string, Promise<Exchanged>>({
    max: KEYS_MAX,
    perf: { now: () => clock.now().getTime() },
    ttlResolution: 0,
  });
  const now = (): number => clock.now().getTime();
  let underWay = 0;

  const exchange = async (key: ApiKey, { clientAddress }: Sender): Promise<Exchanged> => {
    if (underWay >= EXCHANGES_MAX) throw overloaded();
    underWay += 1;
    try {
      const { result } = await limits.clientLogin(clientAddress, () =>
        auth.issueClientToken(
          { ...key, scopes: [] },
          { deadline: new Date(Date.now() + EXCHANGE_TIMEOUT_MS) },
        ),
      );
      const { accessToken, expiresInSeconds } = result;
      const keptMs = Math.max(1, expiresInSeconds * USED_LIFE * 1_000);
      return { authorization: `Bearer ${accessToken}`, keptMs, exchangedAt: now() };
    } catch (error) {
      throw asKeyError(error);
    } finally {
      underWay -= 1;
    }
  };

  /** Starts an exchange; requests that arrive meanwhile wait for the same one. */
  const startExchange = async (
    key: ApiKey,
    fingerprint: string,
    sender: Sender,
  ): Promise<string> => {
    const exchanged = exchange(key, sender);
    known.set(fingerprint, exchanged, { ttl: EXCHANGE_TIMEOUT_MS });
    try {
      const { authorization, keptMs } = await exchanged;
      known.set(fingerprint, exchanged, { ttl: keptMs });
      return authorization;
    } catch (error) {
      if (isRefusal(error)) known.set(fingerprint, exchanged, { ttl: REFUSED_MS });
      else known.delete(fingerprint);
      throw error;
    }
  };

  return async (authorization, sender, refused) => {
    const key = apiKeyOf(authorization);
    if (key === undefined) return authorization;
    const fingerprint = fingerprintOf(key);
    const current = known.get(fingerprint);
    if (current === undefined) return startExchange(key, fingerprint, sender);
    const exchanged = await current;
    const isFresh = now() - exchanged.exchangedAt < REPLACED_MS;
    if (exchanged.authorization !== refused || isFresh) return exchanged.authorization;
    // Another request may have replaced it meanwhile.
    const other = known.get(fingerprint);
    return other === undefined || other === current
      ? startExchange(key, fingerprint, sender)
      : (await other).authorization;
  };
};
