import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '@flashreserve/ops';
import { DomainError, unauthenticated } from '@flashreserve/rpc';
import {
  decode,
  type Jwt,
  type JwtHeader,
  TokenExpiredError,
  verify as verifyJwt,
} from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import type { FetchTrustedIssuers } from './outside/issuer-directory';
import { createOutsideVerifier, outsideIssuerOf } from './outside/outside-verifier';
import { OUTSIDE_TOKENS } from './outside/trusted-issuer';
import { ANONYMOUS, type Principal } from './principal';
import type { RevokedSessions } from './revoked-sessions';
import { TOKEN_PROFILE, tokenClaims } from './token-claims';

/** A public RSA key in JWK form. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

export interface TokenVerifier {
  /**
   * Verifies the value of an `authorization` header; without one the caller is anonymous.
   *
   * @throws DomainError TOKEN_INVALID, TOKEN_EXPIRED, or TOKEN_REVOKED when the session is known to
   *   have ended; AUTH_UNAVAILABLE when no keys have ever been fetched, or the keys of an outside
   *   issuer are not known
   */
  readonly authenticate: (authorization: string | Buffer | undefined) => Promise<Principal>;
  /**
   * The same without a wait, for a header that was verified lately; undefined for any other.
   *
   * @throws DomainError TOKEN_REVOKED
   */
  readonly recall: (authorization: string) => Principal | undefined;
  /**
   * Confirms that the session of a user's token, or the secret of an API client's, had not ended
   * 5 s ago. Required for administrator calls; sales never wait for it. Tokens of outside issuers
   * have no session: they make an administrator only if they live for an hour or less.
   *
   * @throws DomainError TOKEN_REVOKED; TOKEN_INVALID for a token without a session id;
   *   AUTH_UNAVAILABLE when auth cannot be reached
   */
  readonly confirmSession: (principal: Principal) => Promise<void>;
}

export interface TokenVerifierOptions {
  /** Fetches all keys that may have signed a live token. */
  readonly fetchKeys: () => Promise<readonly PublicJwk[]>;
  readonly clock: Clock;
  /**
   * Minimum interval between fetches for an unknown `kid`, so that made-up ids cannot flood auth.
   */
  readonly refetchCooldownMs?: number;
  /** Keys older than this are fetched again, so that a withdrawn key is not trusted forever. */
  readonly keysMaxAgeMs?: number;
  /**
   * Ended sessions. Without them tokens are valid until they expire, and no session can be
   * confirmed.
   */
  readonly revokedSessions?: RevokedSessions;
  /** Outside issuers whose tokens are accepted. Without them only auth's are. */
  readonly issuers?: { readonly fetch: FetchTrustedIssuers };
  /** Maximum number of cached tokens; the least recently used is evicted. */
  readonly rememberedTokensMax?: number;
}

const SCHEME = /^Bearer ([\w-]+\.[\w-]+\.([\w-]+))$/i;

/**
 * Whether the text is the canonical base64url form of its bytes. Decoders ignore some bits of a
 * signature's last character; without this check a token altered there would still be valid.
 */
const isCanonical = (base64url: string): boolean =>
  Buffer.from(base64url, 'base64url').toString('base64url') === base64url;

/** Caches the fetched keys; concurrent callers share one fetch. */
const createKeyCache = (options: TokenVerifierOptions, onNewKeys: () => void) => {
  const { fetchKeys, clock, refetchCooldownMs = 5_000, keysMaxAgeMs = 600_000 } = options;
  let keys = new Map<string, KeyObject>();
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    triedAt = clock.now().getTime();
    const fetched = await fetchKeys();
    keys = new Map(
      fetched.map((jwk) => [
        jwk.kid,
        createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' }),
      ]),
    );
    fetchedAt = clock.now().getTime();
    onNewKeys();
  };
  const refreshOnce = (): Promise<void> => {
    fetching ??= refresh().finally(() => {
      fetching = undefined;
    });
    return fetching;
  };

  const find = async (kid: string): Promise<KeyObject | undefined> => {
    const now = clock.now().getTime();
    const coolingDown = now - triedAt < refetchCooldownMs;
    const stale = now - fetchedAt > keysMaxAgeMs;
    if (keys.size === 0 || (!coolingDown && (stale || !keys.has(kid)))) {
      try {
        await refreshOnce();
      } catch (error) {
        // Known keys stay valid while auth is down; without any, nothing can be verified.
        if (keys.size === 0) {
          throw new DomainError({
            kind: 'unavailable',
            reason: 'AUTH_UNAVAILABLE',
            message: 'Cannot fetch the keys that verify access tokens.',
            cause: error,
          });
        }
      }
    } else if (fetching !== undefined && !keys.has(kid)) {
      await fetching.catch(() => undefined);
    }
    return keys.get(kid);
  };

  return {
    find,
    /**
     * Until when a token verified with these keys may stay cached; after that the keys are
     * refreshed.
     */
    trustedUntil: (): number =>
      Math.max(fetchedAt + keysMaxAgeMs, clock.now().getTime() + refetchCooldownMs),
  };
};

const isHeader = (header: JwtHeader): header is JwtHeader & { kid: string } =>
  header.alg === TOKEN_PROFILE.algorithm &&
  header.typ === TOKEN_PROFILE.type &&
  typeof header.kid === 'string' &&
  header.crit === undefined;

const toPrincipal = (payload: unknown, token: string, nowSeconds: number): Principal => {
  const claims = tokenClaims.safeParse(payload);
  if (!claims.success) throw unauthenticated('TOKEN_INVALID');
  const { data } = claims;
  if (data.iat > nowSeconds + TOKEN_PROFILE.clockToleranceSeconds) {
    throw unauthenticated('TOKEN_INVALID');
  }
  const expiresAt = new Date(data.exp * 1000);
  if (data.scope !== undefined) {
    const { client_id: clientId, name, scope: scopes, sid: sessionId } = data;
    return { kind: 'client', clientId, name, scopes, token, sessionId, expiresAt };
  }
  if (data.client_id !== undefined) {
    return { kind: 'service', clientId: data.client_id, token, expiresAt };
  }
  const session = data.sid === undefined ? {} : { sessionId: data.sid };
  return { kind: 'user', userId: data.sub, role: data.role, token, expiresAt, ...session };
};

/** Reads headers. The tokens of one key have the same, so few of them are decoded. */
const createHeaderReader = (): ((token: string) => JwtHeader | undefined) => {
  const known = new LRUCache<string, JwtHeader>({ max: HEADERS_MAX });
  return (token) => {
    const encoded = token.slice(0, token.indexOf('.'));
    const header = known.get(encoded) ?? decodeToken(token)?.header;
    if (header !== undefined) known.set(encoded, header);
    return header;
  };
};

interface Remembered {
  readonly principal: Principal;
  /** Time in milliseconds at which the entry stops being valid. */
  readonly until: number;
}

/** Longer tokens are rejected unread. */
const LENGTH_MAX = Math.max(TOKEN_PROFILE.lengthMax, OUTSIDE_TOKENS.lengthMax);

/** Enough for the concurrent users of a sale; about a kilobyte each. */
const REMEMBERED_TOKENS_MAX = 20_000;
/** Far more than auth has keys at a time. */
const HEADERS_MAX = 16;

/**
 * Verifies tokens with auth's public keys. Algorithm, type, issuer, audience and required claims
 * are pinned. Tokens that claim to be of a trusted outside issuer are verified by its keys and
 * rules.
 *
 * A valid token is cached until it expires, so that a busy caller costs one signature check. Each
 * key fetch clears the cache, so that tokens of a withdrawn key are rejected. Invalid tokens are
 * checked every time. Whether the session has ended is checked on every call.
 */
export const createTokenVerifier = (options: TokenVerifierOptions): TokenVerifier => {
  const { clock, revokedSessions, rememberedTokensMax: max = REMEMBERED_TOKENS_MAX } = options;
  const remembered = new LRUCache<string, Remembered>({ max });
  const forget = (): void => {
    remembered.clear();
  };
  const keys = createKeyCache(options, forget);
  const outside =
    options.issuers &&
    createOutsideVerifier({ fetch: options.issuers.fetch, clock, onChange: forget });

  const headerOf = createHeaderReader();

  const checkOwn = async (token: string, header: JwtHeader | undefined): Promise<Principal> => {
    const key =
      token.length <= TOKEN_PROFILE.lengthMax && header !== undefined && isHeader(header)
        ? await keys.find(header.kid)
        : undefined;
    if (key === undefined) throw unauthenticated('TOKEN_INVALID');
    const nowSeconds = Math.floor(clock.now().getTime() / 1000);
    try {
      const payload = verifyJwt(token, key, {
        algorithms: [TOKEN_PROFILE.algorithm],
        issuer: TOKEN_PROFILE.issuer,
        audience: TOKEN_PROFILE.audience,
        clockTolerance: TOKEN_PROFILE.clockToleranceSeconds,
        clockTimestamp: nowSeconds,
      });
      return toPrincipal(payload, token, nowSeconds);
    } catch (error) {
      throw unauthenticated(error instanceof TokenExpiredError ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID');
    }
  };

  /** The issuer that a token claims decides whose keys and rules apply, and nothing else does. */
  const check = async (authorization: string): Promise<Principal> => {
    const [, token, signature] = SCHEME.exec(authorization) ?? [];
    if (token === undefined || signature === undefined || token.length > LENGTH_MAX) {
      throw unauthenticated('TOKEN_INVALID');
    }
    if (!isCanonical(signature)) throw unauthenticated('TOKEN_INVALID');
    if (outside === undefined) return checkOwn(token, headerOf(token));
    const decoded = decodeToken(token);
    if (decoded === undefined) throw unauthenticated('TOKEN_INVALID');
    const issuer = outsideIssuerOf(decoded.payload);
    return issuer === undefined
      ? checkOwn(token, decoded.header)
      : outside.verify(token, decoded.header, issuer);
  };

  const trustedUntil = (principal: Principal): number =>
    outside !== undefined && principal.kind === 'user' && principal.issuer !== undefined
      ? outside.trustedUntil()
      : keys.trustedUntil();

  const recall = (authorization: string): Principal | undefined => {
    const known = remembered.get(authorization);
    if (known === undefined || clock.now().getTime() >= known.until) return undefined;
    refuseEnded(known.principal, revokedSessions);
    return known.principal;
  };

  const verify = async (authorization: string): Promise<Principal> => {
    const principal = await check(authorization);
    if (principal.kind !== 'anonymous' && principal.expiresAt !== undefined) {
      const until = Math.min(principal.expiresAt.getTime(), trustedUntil(principal));
      remembered.set(authorization, { principal, until });
    }
    refuseEnded(principal, revokedSessions);
    return principal;
  };

  return {
    authenticate: async (given) => {
      if (given === undefined) return ANONYMOUS;
      const authorization = given.toString();
      return recall(authorization) ?? verify(authorization);
    },
    recall,
    confirmSession: async (principal) => {
      if (!hasSession(principal)) return;
      if (principal.kind === 'user' && principal.issuer !== undefined) return;
      if (principal.sessionId === undefined || revokedSessions === undefined) {
        throw unauthenticated('TOKEN_INVALID');
      }
      await revokedSessions.confirmFresh(principal.expiresAt);
      refuseEnded(principal, revokedSessions);
    },
  };
};

const hasSession = (
  principal: Principal,
): principal is Extract<Principal, { kind: 'user' | 'client' }> =>
  principal.kind === 'user' || principal.kind === 'client';

const refuseEnded = (principal: Principal, ended: RevokedSessions | undefined): void => {
  if (!hasSession(principal) || principal.sessionId === undefined) return;
  if (ended?.has(principal.sessionId)) throw unauthenticated('TOKEN_REVOKED');
};

const decodeToken = (token: string): Jwt | undefined => {
  try {
    return decode(token, { complete: true }) ?? undefined;
  } catch {
    // Three base64url parts that are not JSON; rejected like any other bad token.
    return undefined;
  }
};
