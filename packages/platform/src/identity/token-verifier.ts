import { createPublicKey, type KeyObject } from 'node:crypto';
import { decode, type JwtHeader, TokenExpiredError, verify } from 'jsonwebtoken';
import type { Clock } from '../clock';
import { DomainError, unauthenticated } from '../errors';
import { ANONYMOUS, type Principal } from './principal';
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
   * @throws DomainError TOKEN_INVALID or TOKEN_EXPIRED; AUTH_UNAVAILABLE when no key could ever be fetched
   */
  readonly authenticate: (authorization: string | Buffer | undefined) => Promise<Principal>;
}

export interface TokenVerifierOptions {
  /** Fetches all keys whose tokens may be alive. */
  readonly fetchKeys: () => Promise<readonly PublicJwk[]>;
  readonly clock: Clock;
  /** An unknown `kid` causes a fetch at most this often, so that invented ones cannot flood auth. */
  readonly refetchCooldownMs?: number;
  /** Keys older than this are fetched again, so that a withdrawn key is not trusted for ever. */
  readonly keysMaxAgeMs?: number;
}

const SCHEME = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** Keeps the fetched keys; one fetch at a time, shared by all who wait for it. */
const createKeyCache = (options: TokenVerifierOptions) => {
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
  };
  const refreshOnce = (): Promise<void> => {
    fetching ??= refresh().finally(() => {
      fetching = undefined;
    });
    return fetching;
  };

  return async (kid: string): Promise<KeyObject | undefined> => {
    const now = clock.now().getTime();
    const coolingDown = now - triedAt < refetchCooldownMs;
    const stale = now - fetchedAt > keysMaxAgeMs;
    if (keys.size === 0 || (!coolingDown && (stale || !keys.has(kid)))) {
      try {
        await refreshOnce();
      } catch (error) {
        // Known keys stay good while auth is away; without any, nothing can be verified.
        if (keys.size === 0) {
          throw new DomainError({
            kind: 'unavailable',
            reason: 'AUTH_UNAVAILABLE',
            message: 'The keys that verify access tokens cannot be fetched.',
            cause: error,
          });
        }
      }
    } else if (fetching !== undefined && !keys.has(kid)) {
      await fetching.catch(() => undefined);
    }
    return keys.get(kid);
  };
};

const isHeader = (header: JwtHeader | undefined): header is JwtHeader & { kid: string } =>
  header?.alg === TOKEN_PROFILE.algorithm &&
  header.typ === TOKEN_PROFILE.type &&
  typeof header.kid === 'string' &&
  header.crit === undefined;

const toPrincipal = (payload: unknown, token: string): Principal => {
  const claims = tokenClaims.safeParse(payload);
  if (!claims.success) throw unauthenticated('TOKEN_INVALID');
  const expiresAt = new Date(claims.data.exp * 1000);
  return 'role' in claims.data
    ? { kind: 'user', userId: claims.data.sub, role: claims.data.role, token, expiresAt }
    : { kind: 'service', clientId: claims.data.client_id, token, expiresAt };
};

/** Verifies tokens with auth's public keys. Algorithm, type, issuer, audience and required claims are pinned. */
export const createTokenVerifier = (options: TokenVerifierOptions): TokenVerifier => {
  const findKey = createKeyCache(options);
  return {
    authenticate: async (authorization) => {
      if (authorization === undefined) return ANONYMOUS;
      const token = SCHEME.exec(authorization.toString())?.[1];
      if (token === undefined || token.length > TOKEN_PROFILE.lengthMax)
        throw unauthenticated('TOKEN_INVALID');
      const header = decodeHeader(token);
      const key = isHeader(header) ? await findKey(header.kid) : undefined;
      if (key === undefined) throw unauthenticated('TOKEN_INVALID');
      try {
        const payload = verify(token, key, {
          algorithms: [TOKEN_PROFILE.algorithm],
          issuer: TOKEN_PROFILE.issuer,
          audience: TOKEN_PROFILE.audience,
          clockTolerance: TOKEN_PROFILE.clockToleranceSeconds,
          clockTimestamp: Math.floor(options.clock.now().getTime() / 1000),
        });
        return toPrincipal(payload, token);
      } catch (error) {
        throw unauthenticated(
          error instanceof TokenExpiredError ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID',
        );
      }
    },
  };
};

const decodeHeader = (token: string): JwtHeader | undefined => {
  try {
    return decode(token, { complete: true })?.header;
  } catch {
    // Three base64url parts that are not JSON: somebody's invention, answered like any other bad token.
    return undefined;
  }
};
