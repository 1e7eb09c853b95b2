import { TOKEN_PROFILE } from '@flashreserve/identity';
import {
  configFields,
  tlsFields,
  tlsTogether,
  tracingFields,
  wholeNumber,
} from '@flashreserve/ops';
import { emailAddress, normaliseEmail, passwordText } from '@flashreserve/rpc';
import { mongoUri } from '@flashreserve/store';
import { z } from 'zod';
import { USER_LIMITS } from './domain/user';

const CLIENT_ID = /^[a-z][a-z0-9-]{0,63}$/;
const SECRET_LENGTH_MIN = 32;
const SECRET_LENGTH_MAX = 1_024;

/** A service that may request a service token. */
export interface ServiceClient {
  readonly clientId: string;
  readonly secret: string;
}

/** Splits at the first colon, so that secrets may contain more of them. */
const parseServiceClient = (entry: string): ServiceClient => {
  const colon = entry.indexOf(':');
  // Without a colon the entry may be a bare secret, which must not be reported as an id.
  return colon < 0
    ? { clientId: '', secret: '' }
    : { clientId: entry.slice(0, colon).trim(), secret: entry.slice(colon + 1).trim() };
};

interface EntryProblem {
  readonly index: number;
  readonly message: string;
}

/** Reports invalid entries by position, never by value, because a value may be a secret. */
const findProblems = (clients: readonly ServiceClient[]): readonly EntryProblem[] =>
  clients.flatMap(({ clientId, secret }, index) => {
    const problem = (message: string): EntryProblem => ({ index, message });
    if (!CLIENT_ID.test(clientId)) {
      return [problem('must look like id:secret, the id being lower-case letters, digits and "-"')];
    }
    const problems: EntryProblem[] = [];
    if (secret.length < SECRET_LENGTH_MIN || secret.length > SECRET_LENGTH_MAX) {
      problems.push(
        problem(
          `("${clientId}") must have a secret of ${SECRET_LENGTH_MIN} to ${SECRET_LENGTH_MAX} characters`,
        ),
      );
    }
    if (clients.findIndex((other) => other.clientId === clientId) < index) {
      problems.push(problem(`repeats the id "${clientId}"`));
    }
    return problems;
  });

const serviceClients = z
  .string('is required: id:secret,id:secret')
  .transform((text, context): readonly ServiceClient[] => {
    const clients = text.split(',').map(parseServiceClient);
    for (const { index, message } of findProblems(clients)) {
      context.addIssue({ code: 'custom', path: [index], message, input: undefined });
    }
    return clients;
  });

/**
 * Lifetimes of signed tokens; a signing key is needed until the longest-lived token has expired.
 */
export const tokenLifetimes = {
  ACCESS_TOKEN_TTL_SECONDS: configFields.seconds({
    min: 30,
    max: TOKEN_PROFILE.lifeSecondsMax,
    fallback: 900,
  }),
  SERVICE_TOKEN_TTL_SECONDS: configFields.seconds({
    min: 60,
    max: TOKEN_PROFILE.lifeSecondsMax,
    fallback: 3_600,
  }),
};

/** Environment variables of auth. */
export const configSchema = tlsTogether(
  z
    .object({
      ...configFields.logFields,
      ...tlsFields,
      ...tracingFields,
      ...configFields.drainFields,
      NODE_ENV: configFields.nodeEnv,
      /** Enables gRPC server reflection. */
      GRPC_REFLECTION: configFields.devSwitch,
      HOST: z.string().default('0.0.0.0'),
      AUTH_GRPC_PORT: configFields.port(50_051),
      MONGO_URI: mongoUri,
      MONGO_DB_PREFIX: configFields.mongoDbPrefix,
      ...configFields.metricsFields,
      ADMIN_EMAIL: emailAddress(z.string().trim()).transform(normaliseEmail).optional(),
      ADMIN_PASSWORD: passwordText({
        min: USER_LIMITS.passwordLengthMin,
        max: USER_LIMITS.passwordLengthMax,
        tooShort: `must have at least ${USER_LIMITS.passwordLengthMin} characters`,
        tooLong: `must have at most ${USER_LIMITS.passwordLengthMax} characters`,
      }).optional(),
      KEY_ENCRYPTION_SECRET: configFields.secret,
      SERVICE_CLIENTS: serviceClients,
      ...tokenLifetimes,
      REFRESH_TOKEN_TTL_SECONDS: configFields.seconds({
        min: 60,
        max: 31_536_000,
        fallback: 2_592_000,
      }),
      REFRESH_GRACE_SECONDS: configFields.seconds({ min: 0, max: 60, fallback: 10 }),
      SIGNING_KEY_MAX_AGE_DAYS: wholeNumber({
        min: 0,
        max: 3_650,
        of: 'days',
        minMeans: 'never',
      }).default(90),
    })
    .refine(
      ({ ADMIN_EMAIL, ADMIN_PASSWORD }) =>
        (ADMIN_EMAIL === undefined) === (ADMIN_PASSWORD === undefined),
      {
        path: ['ADMIN_EMAIL'],
        message: 'and ADMIN_PASSWORD must be set together',
        // Runs even if other variables are invalid, so that all problems are reported at once.
        when: () => true,
      },
    )
    // The store deletes a session once its refresh tokens have expired. Deleted before its last
    // access token expires, an ended session could no longer be listed as revoked.
    .refine(
      ({ ACCESS_TOKEN_TTL_SECONDS, REFRESH_TOKEN_TTL_SECONDS }) =>
        REFRESH_TOKEN_TTL_SECONDS >= ACCESS_TOKEN_TTL_SECONDS,
      {
        path: ['REFRESH_TOKEN_TTL_SECONDS'],
        message: 'must not be less than ACCESS_TOKEN_TTL_SECONDS',
      },
    ),
);

export type AuthConfig = z.output<typeof configSchema>;
