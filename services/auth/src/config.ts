import { TOKEN_PROFILE } from '@flashreserve/identity';
import {
  configFields,
  setting,
  tlsFields,
  tlsTogether,
  tracingFields,
  wholeNumber,
} from '@flashreserve/ops';
import { emailAddress, normaliseEmail, passwordText } from '@flashreserve/rpc';
import { mongoUri } from '@flashreserve/store';
import { z } from 'zod';
import { USER_LIMITS } from './domain/user';
import { mailFields, mailTogether } from './mail/config';
import { trustedIssuers } from './trusted-issuers';

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

/** Outside issuers, and how long their keys may be used. */
const issuerFields = {
  TRUSTED_ISSUERS: trustedIssuers.meta(
    setting(
      'tokens',
      "OpenID providers whose access tokens are accepted like a user's: a JSON list, in one line, or the path of a file with it (docs/identity.md). At most 10. Empty: none.",
    ),
  ),
  ISSUER_KEYS_REFRESH_SECONDS: configFields
    .seconds({ min: 1, max: 3_600, fallback: 300 })
    .meta(
      setting(
        'tokens',
        'Interval at which the keys of trusted issuers are fetched again, in seconds, 1 to 3600. A withdrawn key is refused after twice this time at the latest.',
      ),
    ),
  ISSUER_KEYS_STALE_SECONDS: configFields
    .seconds({ min: 1, max: 604_800, fallback: 86_400 })
    .meta(
      setting(
        'tokens',
        'Time for which the known keys of an issuer that cannot be reached stay valid, in seconds, at most 604800; at least ISSUER_KEYS_REFRESH_SECONDS.',
      ),
    ),
};

/**
 * Lifetimes of signed tokens; a signing key is needed until the longest-lived token has expired.
 */
export const tokenLifetimes = {
  ACCESS_TOKEN_TTL_SECONDS: configFields
    .seconds({
      min: 30,
      max: TOKEN_PROFILE.lifeSecondsMax,
      fallback: 900,
    })
    .meta(setting('tokens', 'Life of an access token, in seconds, at least 30.')),
  SERVICE_TOKEN_TTL_SECONDS: configFields
    .seconds({
      min: 60,
      max: TOKEN_PROFILE.lifeSecondsMax,
      fallback: 3_600,
    })
    .meta(setting('tokens', "Life of a service's token, in seconds, at least 60.")),
};

/** Environment variables of auth. */
export const configSchema = mailTogether(
  tlsTogether(
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
        AUTH_GRPC_PORT: configFields
          .port(50_051)
          .meta(setting('addresses', 'Port of auth outside containers.', { inContainers: false })),
        MONGO_URI: mongoUri,
        MONGO_DB_PREFIX: configFields.mongoDbPrefix,
        ...configFields.metricsFields,
        ADMIN_EMAIL: emailAddress(z.string().trim())
          .transform(normaliseEmail)
          .optional()
          .meta(
            setting(
              'administrator',
              'Required by docker compose. The administrator that is created at startup if there is none yet.',
              { inContainers: false },
            ),
          ),
        ADMIN_PASSWORD: passwordText({
          min: USER_LIMITS.passwordLengthMin,
          max: USER_LIMITS.passwordLengthMax,
          tooShort: `must have at least ${USER_LIMITS.passwordLengthMin} characters`,
          tooLong: `must have at most ${USER_LIMITS.passwordLengthMax} characters`,
        })
          .optional()
          .meta(
            setting(
              'administrator',
              'Required by docker compose. The password of this administrator, 8 to 128 characters.',
              { inContainers: false },
            ),
          ),
        KEY_ENCRYPTION_SECRET: configFields.secret.meta(
          setting(
            'secrets',
            'Required. Encrypts the private keys that sign tokens. At least 32 characters. After a change the stored keys can no longer be decrypted.',
            { inContainers: false },
          ),
        ),
        SERVICE_CLIENTS: serviceClients,
        ...mailFields,
        ...tokenLifetimes,
        ...issuerFields,
        REFRESH_TOKEN_TTL_SECONDS: configFields
          .seconds({
            min: 60,
            max: 31_536_000,
            fallback: 2_592_000,
          })
          .meta(
            setting(
              'tokens',
              'Life of a refresh token since the last refresh, in seconds, at most 31536000; at least ACCESS_TOKEN_TTL_SECONDS.',
            ),
          ),
        REFRESH_GRACE_SECONDS: configFields
          .seconds({ min: 0, max: 60, fallback: 10 })
          .meta(
            setting(
              'tokens',
              'Time for which a used refresh token is accepted once more, for clients that lost the response, in seconds, 0 to 60. Later reuse ends the session; with 0, any reuse does.',
            ),
          ),
        SIGNING_KEY_MAX_AGE_DAYS: wholeNumber({
          min: 0,
          max: 3_650,
          of: 'days',
          minMeans: 'never',
        })
          .default(90)
          .meta(
            setting(
              'tokens',
              'Age at which auth replaces its signing key, in days, 0 to 3650. 0: only `npm run keys:rotate` does.',
            ),
          ),
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
      )
      .refine(
        ({ ISSUER_KEYS_REFRESH_SECONDS, ISSUER_KEYS_STALE_SECONDS }) =>
          ISSUER_KEYS_STALE_SECONDS >= ISSUER_KEYS_REFRESH_SECONDS,
        {
          path: ['ISSUER_KEYS_STALE_SECONDS'],
          message: 'must not be less than ISSUER_KEYS_REFRESH_SECONDS',
        },
      ),
  ),
);

export type AuthConfig = z.output<typeof configSchema>;
