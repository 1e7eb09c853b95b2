import type { AuthApi } from '../../grpc/auth.client';
import type { Limits } from '../../limits/limits';
import {
  toGuest,
  toJwks,
  toRegisteredUser,
  toRole,
  toTokens,
  toUser,
} from '../mappers/user.mapper';
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

/** Swagger UI fills in the last login's token; see `swagger-authorize.js`. */
const OWN_REFRESH_TOKEN = {
  own: {
    summary: 'The refresh token of the last login',
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
      'Creates a user with the role `CUSTOMER`. `ADMIN` requires the token of an administrator (else `ADMIN_REQUIRED`). With the token of a guest, the guest becomes this account and keeps its id and its reservations; its sessions end, so log in next. An expired token is refused (`TOKEN_EXPIRED`), so that no guest loses its reservations by accident; other tokens that are not a user’s are ignored. `GUEST_REGISTERED`: the guest has registered before, with another address. Not idempotent: a retry returns `EMAIL_TAKEN`, like any registration with the e-mail address of an existing user. `REGISTRATION_LIMITED`: too many registrations, by default more than 10 per e-mail address or 1,000 per client address in an hour; administrators have no limit. `AUTH_BUSY`: too many passwords are waiting to be checked; nothing was created.',
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
    rpcs: ['AuthService.Register'],
    errors: ['REGISTRATION_LIMITED'],
    handle: async ({ body }, { principal, clientAddress, call }) => {
      const { email, password, name = '', role } = body;
      const register = () => auth.register({ email, password, name, role: toRole(role) }, call);
      // Administrators create users for others, without a limit.
      const isAdmin = principal.kind === 'user' && principal.role === 'ADMIN';
      if (isAdmin) return json(201, toRegisteredUser(await register()));
      const subject = { account: email, address: clientAddress };
      const { result, headers } = await limits.registration(subject, register);
      return json(201, toRegisteredUser(result), headers);
    },
  });

const guestRoute = ({ auth, limits }: AuthDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/auth/guest',
    operationId: 'createGuest',
    summary: 'Create a guest',
    description:
      'Creates a customer without e-mail address and password, with the role `GUEST`, and opens its only session. A guest may reserve, and read, confirm and cancel its own reservations. `POST /auth/register` with its token makes it an account. A guest that has not registered is deleted when its last refresh token has expired. Not idempotent: a retry creates another guest. `REGISTRATION_LIMITED`: too many guests, by default more than 120 per client address in a minute (`GUESTS_PER_MINUTE_PER_ADDRESS`).',
    access: 'public',
    request: {},
    responses: {
      201: {
        description: 'The guest’s id and tokens.',
        schema: schemas.guest,
        example: { ...schemas.EXAMPLE_TOKENS, customerId: schemas.EXAMPLE_USER.id },
      },
    },
    rpcs: ['AuthService.CreateGuest'],
    errors: ['REGISTRATION_LIMITED'],
    handle: async (_input, { clientAddress, call }) => {
      const subject = { account: '', address: clientAddress };
      const { result, headers } = await limits.guest(subject, () => auth.createGuest(call));
      return json(201, toGuest(result), headers);
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
      'Exchanges an e-mail address and a password for an access token and a refresh token. In Swagger UI a successful login also authorizes all other operations. The first administrator has the credentials `ADMIN_EMAIL` and `ADMIN_PASSWORD`. `INVALID_CREDENTIALS`: the address is unknown or the password is wrong. `LOGIN_LIMITED`: too many logins have failed, by default 10 in 15 minutes for one account and client address; the password is not checked. `AUTH_BUSY`: too many passwords are waiting to be checked.',
    access: 'public',
    request: { body: schemas.credentialsBody },
    requestExamples: {
      buyer: { summary: 'The buyer created by register', value: schemas.EXAMPLE_CREDENTIALS },
    },
    responses: { 200: TOKENS_RESPONSE },
    rpcs: ['AuthService.Login'],
    errors: ['LOGIN_LIMITED'],
    handle: async ({ body }, { clientAddress, call }) => {
      const subject = { account: body.email, address: clientAddress };
      const { result, headers } = await limits.login(subject, () => auth.login(body, call));
      return json(200, toTokens(result), headers);
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
      'Exchanges a refresh token for a new pair of tokens. Each refresh token can be used once. Reusing it within 10 seconds (`REFRESH_GRACE_SECONDS`) returns another pair, because the response may have been lost. Reusing it later returns `REFRESH_TOKEN_REUSED` and ends the whole session, because the token may have been stolen. `INVALID_REFRESH_TOKEN`: the token is unknown or expired, or its session has ended.',
    access: 'public',
    request: { body: schemas.refreshTokenBody },
    requestExamples: OWN_REFRESH_TOKEN,
    responses: { 200: TOKENS_RESPONSE },
    rpcs: ['AuthService.RefreshSession'],
    errors: [],
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
      'Ends the session of a refresh token, with all tokens descended from the same login. Idempotent: an unknown token or one of an ended session also succeeds. Access tokens of the session are refused everywhere within 5 seconds.',
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
      'Changes the caller’s password and ends all other sessions of the user. Guests and users of OpenID providers have none. The session of the access token continues. Access tokens of the other sessions are refused within seconds. Not idempotent: a retry after a lost response returns `WRONG_PASSWORD`, like any wrong `currentPassword`. `LOGIN_LIMITED`: too many wrong passwords, with the limits of logins. `AUTH_BUSY`: too many passwords are waiting to be checked; nothing was changed.',
    access: 'user',
    request: { body: schemas.passwordChangeBody },
    requestExamples: {
      buyer: {
        summary: 'The buyer created by register',
        value: {
          currentPassword: schemas.EXAMPLE_CREDENTIALS.password,
          newPassword: 'another horse, another battery',
        },
      },
    },
    responses: { 204: { description: 'The password was changed.' } },
    rpcs: ['AuthService.ChangePassword'],
    errors: ['LOGIN_LIMITED'],
    handle: async ({ body }, { principal, clientAddress, call }) => {
      // A stolen access token must not allow guessing the password here either.
      const subject = { account: principal.userId, address: clientAddress };
      const { headers } = await limits.login(subject, () => auth.changePassword(body, call));
      return empty(204, headers);
    },
  });

const meRoute = (auth: AuthApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/auth/me',
    operationId: 'getMe',
    summary: 'Read my user',
    description:
      'Returns the user of the access token. A guest has an empty e-mail address and name. `USER_NOT_FOUND`: the user no longer exists.',
    access: 'user',
    request: {},
    responses: {
      200: { description: 'The user.', schema: schemas.user, example: schemas.EXAMPLE_USER },
    },
    rpcs: ['AuthService.GetUser'],
    errors: [],
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
      'Sets the role of a user and ends the user’s sessions, so that access tokens with the old role are refused within seconds. Idempotent: setting the current role changes nothing and ends no session. `USER_NOT_FOUND`: no user has this id. `LAST_ADMIN`: the last administrator cannot be demoted.',
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
    rpcs: ['AuthService.SetUserRole'],
    errors: [],
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
    description: 'Returns the public keys that verify access tokens (RFC 7517), newest first.',
    access: 'public',
    request: {},
    responses: {
      200: {
        description: 'The keys.',
        schema: schemas.jwks,
        headers: { 'Cache-Control': 'Clients may cache the keys for five minutes.' },
      },
    },
    errors: [],
    handle: async (_input, { call }) =>
      json(200, toJwks(await auth.getJwks(call)), { 'cache-control': JWKS_CACHE }),
  });

export const createAuthRoutes = ({ auth, limits }: AuthDeps): readonly TableEntry[] => [
  registerRoute({ auth, limits }),
  guestRoute({ auth, limits }),
  loginRoute({ auth, limits }),
  refreshRoute(auth),
  logoutRoute(auth),
  changePasswordRoute({ auth, limits }),
  meRoute(auth),
  setRoleRoute(auth),
  jwksRoute(auth),
];
