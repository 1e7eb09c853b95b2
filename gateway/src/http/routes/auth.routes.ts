import type { AuthApi } from '../../grpc/auth.client';
import type { Limits } from '../../limits/limits';
import { toJwks, toRegisteredUser, toRole, toTokens, toUser } from '../mappers/user.mapper';
import { defineRoute, empty, json, type TableEntry } from '../route';
import * as schemas from '../schemas/user.schemas';

const TAG = 'Users and sessions';
/** Passwords are queued for hashing, so these routes may take longer. */
const AUTH_TIME_LIMIT_MS = 20_000;
const JWKS_CACHE = 'public, max-age=300';

const COMMON = {
  tag: TAG,
  services: ['auth'],
  timeLimitMs: AUTH_TIME_LIMIT_MS,
} as const;

const TOKENS_RESPONSE = {
  description: 'New tokens.',
  schema: schemas.tokens,
  example: schemas.EXAMPLE_TOKENS,
} as const;

/** Swagger UI fills in the last login's token; see `swagger-authorize-script.ts`. */
const OWN_REFRESH_TOKEN = {
  own: {
    summary: 'The refresh token of the login',
    value: { refreshToken: schemas.EXAMPLE_TOKENS.refreshToken },
  },
};

export interface AuthDeps {
  readonly auth: AuthApi;
  readonly limits: Limits;
}

const registerRoute = ({ auth, limits }: AuthDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/register',
    operationId: 'register',
    summary: 'Create a user',
    description:
      'The role is `CUSTOMER`; asking for `ADMIN` needs an administrator’s token. Not idempotent: a repeat answers `EMAIL_TAKEN`.',
    access: 'optional-user',
    request: { body: schemas.registerBody },
    requestExamples: {
      buyer: {
        summary: 'A buyer',
        value: { ...schemas.EXAMPLE_CREDENTIALS, name: schemas.EXAMPLE_USER.name },
      },
    },
    responses: {
      201: {
        description: 'The new user.',
        schema: schemas.registeredUser,
        example: {
          id: schemas.EXAMPLE_USER.id,
          email: schemas.EXAMPLE_USER.email,
          role: schemas.EXAMPLE_USER.role,
        },
      },
    },
    errors: ['ADMIN_REQUIRED', 'EMAIL_TAKEN', 'AUTH_BUSY', 'REGISTRATION_LIMITED'],
    handle: async ({ body }, { principal, clientAddress, call }) => {
      const { email, password, name = '', role } = body;
      const register = () => auth.register({ email, password, name, role: toRole(role) }, call);
      // Administrators create users for others, without a limit.
      const isAdmin = principal.kind === 'user' && principal.role === 'ADMIN';
      const user = await (isAdmin
        ? register()
        : limits.registration({ account: email, address: clientAddress }, register));
      return json(201, toRegisteredUser(user));
    },
  });

const loginRoute = ({ auth, limits }: AuthDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/login',
    operationId: 'login',
    summary: 'Log in',
    description:
      'Exchanges an e-mail address and a password for tokens. In Swagger UI a successful login also authorizes all other routes. The administrator is the one of `ADMIN_EMAIL` and `ADMIN_PASSWORD`.',
    access: 'public',
    request: { body: schemas.credentialsBody },
    requestExamples: {
      buyer: { summary: 'The buyer of the registration', value: schemas.EXAMPLE_CREDENTIALS },
    },
    responses: { 200: TOKENS_RESPONSE },
    errors: ['INVALID_CREDENTIALS', 'AUTH_BUSY', 'LOGIN_LIMITED'],
    handle: async ({ body }, { clientAddress, call }) => {
      const subject = { account: body.email, address: clientAddress };
      return json(200, toTokens(await limits.login(subject, () => auth.login(body, call))));
    },
  });

const refreshRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/refresh',
    operationId: 'refreshSession',
    summary: 'Renew the tokens',
    description:
      'Exchanges a refresh token for new tokens and retires it. A retired token that is shown again ends the whole session family; only within 10 seconds (`REFRESH_GRACE_SECONDS`) the answer may have been lost, and the token gets one more pair.',
    access: 'public',
    request: { body: schemas.refreshTokenBody },
    requestExamples: OWN_REFRESH_TOKEN,
    responses: { 200: TOKENS_RESPONSE },
    errors: ['INVALID_REFRESH_TOKEN', 'REFRESH_TOKEN_REUSED'],
    handle: async ({ body }, { call }) =>
      json(200, toTokens(await auth.refreshSession(body.refreshToken, call))),
  });

const logoutRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/logout',
    operationId: 'logout',
    summary: 'Log out',
    description:
      'Ends the session family of a refresh token. Idempotent: an unknown or ended token succeeds too. Access tokens of the session are refused everywhere within 5 seconds.',
    access: 'public',
    request: { body: schemas.refreshTokenBody },
    requestExamples: OWN_REFRESH_TOKEN,
    responses: { 204: { description: 'The session has ended.' } },
    errors: [],
    handle: async ({ body }, { call }) => {
      await auth.revokeSession(body.refreshToken, call);
      return empty(204);
    },
  });

const changePasswordRoute = ({ auth, limits }: AuthDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/password',
    operationId: 'changePassword',
    summary: 'Change the password',
    description:
      'Replaces the own password and ends all other sessions of the user; the session of the access token goes on. Access tokens of the others stay good until they expire.',
    access: 'user',
    request: { body: schemas.passwordChangeBody },
    requestExamples: {
      buyer: {
        summary: 'The buyer of the registration',
        value: {
          currentPassword: schemas.EXAMPLE_CREDENTIALS.password,
          newPassword: 'another horse, another battery',
        },
      },
    },
    responses: { 204: { description: 'The password was changed.' } },
    errors: ['WRONG_PASSWORD', 'AUTH_BUSY', 'LOGIN_LIMITED'],
    handle: async ({ body }, { principal, clientAddress, call }) => {
      // A stolen access token must not allow guessing the password here either.
      const subject = { account: principal.userId, address: clientAddress };
      await limits.login(subject, () => auth.changePassword(body, call));
      return empty(204);
    },
  });

const meRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/auth/me',
    operationId: 'getMe',
    summary: 'Who am I',
    description: 'Returns the user that the access token belongs to.',
    access: 'user',
    request: {},
    responses: {
      200: { description: 'The user.', schema: schemas.user, example: schemas.EXAMPLE_USER },
    },
    errors: ['USER_NOT_FOUND'],
    handle: async (_input, { principal, call }) =>
      json(200, toUser(await auth.getUser(principal.userId, call))),
  });

const setRoleRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'put',
    path: '/auth/users/:userId/role',
    operationId: 'setUserRole',
    summary: 'Change a user’s role',
    description:
      'Ends the user’s sessions, so that the old role runs out with the access token. Idempotent.',
    access: 'admin',
    request: { path: schemas.userPath, body: schemas.roleBody },
    requestExamples: { promotion: { summary: 'An administrator', value: { role: 'ADMIN' } } },
    responses: {
      200: {
        description: 'The user after the change.',
        schema: schemas.user,
        example: schemas.EXAMPLE_USER,
      },
    },
    errors: ['USER_NOT_FOUND', 'LAST_ADMIN'],
    handle: async ({ path, body }, { call }) =>
      json(200, toUser(await auth.setUserRole(path.userId, toRole(body.role), call))),
  });

const jwksRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/.well-known/jwks.json',
    operationId: 'getJwks',
    summary: 'Public keys',
    description: 'The keys that verify access tokens (RFC 7517), newest first.',
    access: 'public',
    request: {},
    responses: {
      200: {
        description: 'The keys.',
        schema: schemas.jwks,
        headers: { 'Cache-Control': 'The keys may be cached for five minutes.' },
      },
    },
    errors: [],
    handle: async (_input, { call }) =>
      json(200, toJwks(await auth.getJwks(call)), { 'cache-control': JWKS_CACHE }),
  });

export const createAuthRoutes = ({ auth, limits }: AuthDeps): readonly TableEntry[] => [
  registerRoute({ auth, limits }),
  loginRoute({ auth, limits }),
  refreshRoute(auth),
  logoutRoute(auth),
  changePasswordRoute({ auth, limits }),
  meRoute(auth),
  setRoleRoute(auth),
  jwksRoute(auth),
];
