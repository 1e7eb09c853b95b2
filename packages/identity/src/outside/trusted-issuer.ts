import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Principal } from '../principal';

/** A claim of a token, and the value that it must have. */
export interface ClaimRule {
  /** Names of the claim: one for a top-level claim, more for members of nested objects. */
  readonly path: readonly string[];
  /** A string, or `true` or `false` for booleans. Of a list, one member must be equal. */
  readonly value: string;
}

/** An OpenID provider whose access tokens are accepted like a user's. */
export interface TrustedIssuer {
  /** The `iss` of its tokens, compared exactly. */
  readonly issuer: string;
  /** Start of its customers' ids; unique. */
  readonly alias: string;
  readonly audiences: readonly string[];
  /** The claim that names the audience: `aud` unless the provider uses another. */
  readonly audienceClaim: string;
  readonly algorithms: readonly string[];
  /** Names of the claim that identifies the customer, like the path of a `ClaimRule`. */
  readonly customerClaim: readonly string[];
  readonly requiredClaims: readonly ClaimRule[];
  /** The claim that makes a user an administrator. */
  readonly adminRole?: ClaimRule | undefined;
}

/** A public key of an issuer, as JSON Web Key; which members there are depends on its type. */
export type IssuerKey = Readonly<Record<string, string>> & {
  readonly kty: string;
  readonly kid: string;
};

/** Limits and rules of outside tokens. */
export const OUTSIDE_TOKENS = {
  /** Providers put groups and roles into tokens, so they are longer than ours. In characters. */
  lengthMax: 8_192,
  /** Maximum lifetime (`exp` - `iat`), in seconds. */
  lifeSecondsMax: 86_400,
  /**
   * Maximum lifetime of a token that makes an administrator: nobody can revoke it. A token that
   * lives longer is a customer's.
   */
  adminLifeSecondsMax: 3_600,
  clockToleranceSeconds: 5,
  /** Header `typ`, if there is one. Refuses logout tokens, DPoP proofs and the like. */
  types: ['jwt', 'at+jwt', 'application/at+jwt'],
  subjectLengthMax: 1_024,
} as const;

/** The longest customer id that services accept. */
const CUSTOMER_ID_LENGTH_MAX = 128;
/** What services accept in a customer id. */
const PLAIN_SUBJECT = /^[\w.@:|-]+$/;
const HASHED = 'sha256:';

/**
 * The customer id of a subject: `alias|subject`, or `alias|sha256:<hash>` (SHA-256 of the subject
 * in base64url) for a subject that is too long or has characters that no customer id may have.
 * Different subjects have different ids, of different issuers as well. Our own ids are UUIDs,
 * without "|".
 */
export const toCustomerId = (alias: string, subject: string): string => {
  const plain = `${alias}|${subject}`;
  const isPlain =
    plain.length <= CUSTOMER_ID_LENGTH_MAX &&
    PLAIN_SUBJECT.test(subject) &&
    !subject.startsWith(HASHED);
  if (isPlain) return plain;
  return `${alias}|${HASHED}${createHash('sha256').update(subject).digest('base64url')}`;
};

/** The claim at a path. Own members only: no token can name an inherited one. */
const claimAt = (claims: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    claims,
  );

const isEqual = (claim: unknown, value: string): boolean =>
  typeof claim === 'boolean' ? String(claim) === value : claim === value;

const fulfils = (claims: unknown, { path, value }: ClaimRule): boolean => {
  const claim = claimAt(claims, path);
  return Array.isArray(claim)
    ? claim.some((member: unknown) => isEqual(member, value))
    : isEqual(claim, value);
};

const times = z.object({ iat: z.number().int(), exp: z.number().int() });
const subjectText = z.string().min(1).max(OUTSIDE_TOKENS.subjectLengthMax);

/**
 * The caller of an issuer's token, from claims whose signature, issuer and expiry are verified;
 * undefined if another rule refuses them.
 */
export const toOutsidePrincipal = (
  issuer: TrustedIssuer,
  claims: unknown,
  { token, nowSeconds }: { readonly token: string; readonly nowSeconds: number },
): Extract<Principal, { kind: 'user' }> | undefined => {
  const life = times.safeParse(claims);
  const subject = subjectText.safeParse(claimAt(claims, issuer.customerClaim));
  if (!life.success || !subject.success) return undefined;
  const { iat, exp } = life.data;
  const { audienceClaim } = issuer;
  const isValid =
    iat < exp &&
    exp - iat <= OUTSIDE_TOKENS.lifeSecondsMax &&
    iat <= nowSeconds + OUTSIDE_TOKENS.clockToleranceSeconds &&
    issuer.audiences.some((value) => fulfils(claims, { path: [audienceClaim], value })) &&
    issuer.requiredClaims.every((rule) => fulfils(claims, rule));
  if (!isValid) return undefined;
  const isAdmin =
    issuer.adminRole !== undefined &&
    exp - iat <= OUTSIDE_TOKENS.adminLifeSecondsMax &&
    fulfils(claims, issuer.adminRole);
  return {
    kind: 'user',
    userId: toCustomerId(issuer.alias, subject.data),
    role: isAdmin ? 'ADMIN' : 'CUSTOMER',
    token,
    issuer: issuer.alias,
    expiresAt: new Date(exp * 1_000),
  };
};
