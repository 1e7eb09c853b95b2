import { type Scope, toScopes } from '@flashreserve/contracts';
import { z } from 'zod';

/** Claims and headers that every token carries and every verifier requires (RFC 8725, RFC 9068). */
export const TOKEN_PROFILE = {
  algorithm: 'RS256',
  issuer: 'flashreserve-auth',
  audience: 'flashreserve',
  /** Header `typ` of access tokens, so that no other kind of JWT passes for one. */
  type: 'at+jwt',
  /** Maximum token length, in characters. Longer ones are rejected unread. */
  lengthMax: 4096,
  /** Maximum lifetime (`exp` - `iat`), in seconds. Auth issues no token that lives longer. */
  lifeSecondsMax: 86_400,
  /** Tolerated clock difference, in seconds. */
  clockToleranceSeconds: 5,
} as const;

const SERVICE_SUBJECT = 'service:';
const CLIENT_SUBJECT = 'client:';

/** The subject of a service token; no user id starts with this prefix. */
export const serviceSubject = (clientId: string): string => `${SERVICE_SUBJECT}${clientId}`;

/** The subject of an API client's token; no user id starts with this prefix. */
export const clientSubject = (clientId: string): string => `${CLIENT_SUBJECT}${clientId}`;

const common = { exp: z.number().int(), iat: z.number().int() };
const absent = z.undefined().optional();

const userClaims = z.object({
  ...common,
  sub: z
    .string()
    .min(1)
    .refine(
      (subject) => !subject.startsWith(SERVICE_SUBJECT) && !subject.startsWith(CLIENT_SUBJECT),
    ),
  role: z.enum(['CUSTOMER', 'ADMIN', 'GUEST']),
  /** The session that the token was issued for (`sid` as in OpenID Connect). */
  sid: z.string().min(1).optional(),
  client_id: absent,
  scope: absent,
});

const serviceClaims = z
  .object({
    ...common,
    sub: z.string(),
    client_id: z.string().min(1),
    role: absent,
    sid: absent,
    scope: absent,
  })
  .refine(({ sub, client_id: clientId }) => sub === serviceSubject(clientId));

/**
 * Scopes separated by spaces (RFC 9068). Unknown ones are ignored: a newer version may have issued
 * the token.
 */
const scope = z
  .string()
  .transform((text): ReadonlySet<Scope> => new Set(toScopes(text.split(' '))))
  .refine((scopes) => scopes.size > 0);

const clientClaims = z
  .object({
    ...common,
    sub: z.string(),
    client_id: z.string().min(1),
    name: z.string().min(1),
    scope,
    /** The secret that the token was issued for. */
    sid: z.string().min(1),
    role: absent,
  })
  .refine(({ sub, client_id: clientId }) => sub === clientSubject(clientId));

/** The claims of a user's, a service's or an API client's token; a mixture is invalid. */
export const tokenClaims = z
  .union([userClaims, serviceClaims, clientClaims])
  .refine(({ iat, exp }) => iat < exp && exp - iat <= TOKEN_PROFILE.lifeSecondsMax);
