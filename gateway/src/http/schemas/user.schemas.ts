import { EMAIL_LENGTH_MAX, emailAddress } from '@flashreserve/rpc';
import { z } from 'zod';
import { EXAMPLE_IDS, jsonObject, password, secretText, text, uuid } from './common.schemas';

export const PASSWORD = { min: 8, max: 128 };
export const NEW_PASSWORD =
  '8 to 128 characters, counted after normalization to Unicode NFC. A password matches in whichever form the keyboard sends it.';
const REFRESH_TOKEN = { min: 1, max: 512 };

export const role = z
  .enum(['CUSTOMER', 'ADMIN'], 'must be "CUSTOMER" or "ADMIN"')
  .meta({ description: 'What the user may do.', example: 'CUSTOMER' });

/** Guests are made and ended by routes of their own, so requests never name their role. */
export const shownRole = z.enum(['CUSTOMER', 'ADMIN', 'GUEST']).meta({
  description: 'What the user may do. A `GUEST` is a customer without e-mail address and password.',
  example: 'CUSTOMER',
});

export const email = emailAddress(z.string('must be an e-mail address')).meta({
  description:
    'E-mail address, which may be internationalized: at most 254 bytes, of which at most 64 before the “@”. Compared case-insensitively, and stored in lower case with its domain in ASCII.',
});

export const registerBody = jsonObject({
  email,
  password: password(PASSWORD).meta({ description: NEW_PASSWORD }),
  name: text({ min: 0, max: 100 }).optional().meta({ description: 'Display name.' }),
  role: role.optional().meta({
    description: '`CUSTOMER` by default. `ADMIN` requires the token of an administrator.',
  }),
}).meta({ id: 'Registration' });

/** Looser than registration: impossible credentials are handled like a wrong password. */
export const credentialsBody = jsonObject({
  email: secretText({ min: 1, max: EMAIL_LENGTH_MAX }).meta({ description: 'E-mail address.' }),
  password: password({ min: 1, max: PASSWORD.max }).meta({ description: 'Password.' }),
}).meta({ id: 'Credentials' });

export const refreshTokenBody = jsonObject({
  refreshToken: secretText(REFRESH_TOKEN).meta({
    description: 'The newest refresh token of the session. Each can be used once.',
  }),
}).meta({ id: 'RefreshTokenRequest' });

export const passwordChangeBody = jsonObject({
  currentPassword: password({ min: 1, max: PASSWORD.max }).meta({
    description: 'The current password.',
  }),
  newPassword: password(PASSWORD).meta({ description: NEW_PASSWORD }),
}).meta({ id: 'PasswordChange' });

export const roleBody = jsonObject({ role }).meta({ id: 'RoleChange' });

export const userId = uuid('Id of the user.', EXAMPLE_IDS.user);
export const userPath = z.object({ userId });

export const registeredUser = z
  .object({ id: userId, email: z.string(), role: shownRole })
  .meta({ id: 'RegisteredUser', description: 'A new user.' });

export const user = z
  .object({
    id: z.string().meta({
      description:
        'Id of the user: a UUID or, for a user of a trusted OpenID provider, `alias|subject`.',
      example: EXAMPLE_IDS.user,
    }),
    email: z.string().meta({
      description: 'Empty for a guest, and for a user of a trusted OpenID provider.',
    }),
    name: z.string().meta({ description: 'Display name; empty if none was given.' }),
    role: shownRole,
  })
  .meta({ id: 'User', description: 'A person who can log in, or a guest.' });

export const tokens = z
  .object({
    accessToken: z.string().meta({ description: 'RS256 JWT for the `Authorization` header.' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().meta({ description: 'Seconds until the access token expires.' }),
    refreshToken: z
      .string()
      .meta({ description: 'Opaque token for one use in `POST /auth/refresh`.' }),
  })
  .meta({ id: 'Tokens', description: 'An access token and a refresh token (RFC 6749).' });

export const guest = tokens
  .extend({
    customerId: uuid(
      'Id of the new guest, as in `customerId` of its reservations; an account keeps it.',
      EXAMPLE_IDS.user,
    ),
  })
  .meta({ id: 'Guest', description: 'A new guest, and the tokens of its session.' });

export const jwks = z
  .object({
    keys: z.array(
      z.object({
        kty: z.string(),
        kid: z.string(),
        use: z.string(),
        alg: z.string(),
        n: z.string(),
        e: z.string(),
      }),
    ),
  })
  .meta({ id: 'JsonWebKeySet', description: 'Public keys (RFC 7517).' });

export const EXAMPLE_USER = {
  id: EXAMPLE_IDS.user,
  email: 'buyer@example.com',
  name: 'Bea Buyer',
  role: 'CUSTOMER',
} as const;

export const EXAMPLE_CREDENTIALS = {
  email: EXAMPLE_USER.email,
  password: 'correct-horse-battery',
} as const;

/** An example administrator; the actual one depends on the deployment. */
export const EXAMPLE_ADMIN_CREDENTIALS = {
  email: 'admin@example.com',
  password: EXAMPLE_CREDENTIALS.password,
} as const;

export const EXAMPLE_TOKENS = {
  accessToken: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMTk4YTFiMiJ9.c2lnbmF0dXJl',
  tokenType: 'Bearer',
  expiresIn: 900,
  refreshToken: 'S9zZ3cYbJbX0yqk1v8o2LwQ7dTn5mHc4RgE6uKpVaBf',
} as const;
