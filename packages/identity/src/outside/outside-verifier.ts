import type { Clock } from '@flashreserve/ops';
import { unauthenticated } from '@flashreserve/rpc';
import type { JwtHeader } from 'jsonwebtoken';
import type { Principal } from '../principal';
import { createIssuerDirectory, type FetchTrustedIssuers } from './issuer-directory';
import { OUTSIDE_TOKENS, toOutsidePrincipal } from './trusted-issuer';

/** Verifies access tokens of trusted issuers. */
export interface OutsideVerifier {
  /**
   * Verifies a token by the keys and the rules of the issuer that it claims to be of. No key of
   * another issuer, and none of ours, can verify it.
   *
   * @throws DomainError TOKEN_INVALID, TOKEN_EXPIRED; AUTH_UNAVAILABLE when the keys of the issuer
   *   are not known
   */
  readonly verify: (
    token: string,
    header: JwtHeader,
    issuer: string,
  ) => Promise<Extract<Principal, { kind: 'user' }>>;
  /** Until when a verified token may stay cached, in milliseconds. */
  readonly trustedUntil: () => number;
}

/** The issuer that a token claims to be of, if it can be an outside one: they are web addresses. */
export const outsideIssuerOf = (payload: unknown): string | undefined => {
  if (typeof payload !== 'object' || payload === null || !('iss' in payload)) return undefined;
  const { iss } = payload;
  return typeof iss === 'string' && /^https?:\/\//.test(iss) ? iss : undefined;
};

const isHeader = (header: JwtHeader): header is JwtHeader & { readonly kid: string } => {
  const { kid, typ, crit } = header;
  const types: readonly string[] = OUTSIDE_TOKENS.types;
  return (
    typeof kid === 'string' &&
    (typ === undefined || (typeof typ === 'string' && types.includes(typ.toLowerCase()))) &&
    crit === undefined
  );
};

const isExpiry = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED';

export const createOutsideVerifier = (options: {
  readonly fetch: FetchTrustedIssuers;
  readonly clock: Clock;
  /** Called when an issuer or a key was added, changed or removed. */
  readonly onChange: () => void;
}): OutsideVerifier => {
  const { clock } = options;
  const directory = createIssuerDirectory(options);
  return {
    trustedUntil: directory.trustedUntil,
    verify: async (token, header, claimed) => {
      if (token.length > OUTSIDE_TOKENS.lengthMax || !isHeader(header)) {
        throw unauthenticated('TOKEN_INVALID');
      }
      const found = await directory.find(claimed, header.kid);
      if (found === undefined) throw unauthenticated('TOKEN_INVALID');
      const { issuer, keySet } = found;
      const { jwtVerify } = await import('jose');
      const now = clock.now();
      const nowSeconds = Math.floor(now.getTime() / 1_000);
      try {
        const { payload } = await jwtVerify(token, keySet, {
          algorithms: [...issuer.algorithms],
          issuer: issuer.issuer,
          requiredClaims: ['iat', 'exp'],
          clockTolerance: OUTSIDE_TOKENS.clockToleranceSeconds,
          currentDate: now,
        });
        const principal = toOutsidePrincipal(issuer, payload, { token, nowSeconds });
        if (principal !== undefined) return principal;
      } catch (error) {
        throw unauthenticated(isExpiry(error) ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID');
      }
      throw unauthenticated('TOKEN_INVALID');
    },
  };
};
