import { z } from 'zod';

/** What every token of this system carries and every verifier insists on (RFC 8725, RFC 9068). */
export const TOKEN_PROFILE = {
  algorithm: 'RS256',
  issuer: 'flashreserve-auth',
  audience: 'flashreserve',
  /** Header `typ` of access tokens, so that no other kind of JWT can pass for one. */
  type: 'at+jwt',
  /** Longest token that is looked at, in characters. */
  lengthMax: 4096,
  /** Longest life of a token from its making on, in seconds. One that claims more was made by nobody here. */
  lifeSecondsMax: 86_400,
  /** Difference of clocks that is forgiven, in seconds. */
  clockToleranceSeconds: 5,
} as const;

const SERVICE_SUBJECT = 'service:';

/** The subject of a service's token; no user's id looks like it. */
export const serviceSubject = (clientId: string): string => `${SERVICE_SUBJECT}${clientId}`;

const common = { exp: z.number().int(), iat: z.number().int() };
const absent = z.undefined().optional();

const userClaims = z.object({
  ...common,
  sub: z
    .string()
    .min(1)
    .refine((subject) => !subject.startsWith(SERVICE_SUBJECT)),
  role: z.enum(['CUSTOMER', 'ADMIN']),
  /** The session that the token was issued for (as OpenID Connect names it). */
  sid: z.string().min(1).optional(),
  client_id: absent,
});

const serviceClaims = z
  .object({ ...common, sub: z.string(), client_id: z.string().min(1), role: absent, sid: absent })
  .refine(({ sub, client_id: clientId }) => sub === serviceSubject(clientId));

/** The claims of a user's or of a service's token; a mixture of both is neither. */
export const tokenClaims = z
  .union([userClaims, serviceClaims])
  .refine(({ iat, exp }) => iat < exp && exp - iat <= TOKEN_PROFILE.lifeSecondsMax);
