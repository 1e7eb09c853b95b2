import { DomainError } from '@flashreserve/rpc';
import type { AuthApi } from '../grpc/auth.client';
import { type Answer, send } from './http-client';

export const GOOD_PASSWORD = 'correct horse battery';
export const WRONG_PASSWORD = 'wrong horse battery';

/** An auth service in which every account has the same password; counts its calls. */
export const createTestAuth = () => {
  let logins = 0;
  const auth: Partial<AuthApi> = {
    login: async ({ password }) => {
      logins += 1;
      if (password !== GOOD_PASSWORD) {
        throw new DomainError({
          kind: 'unauthenticated',
          reason: 'INVALID_CREDENTIALS',
          message: 'The credentials are not valid.',
        });
      }
      return { accessToken: 'a', expiresInSeconds: 900, refreshToken: 'r' };
    },
  };
  return { auth, logins: () => logins };
};

/** Logs in through a gateway, with `forwardedFor` as the `X-Forwarded-For` header. */
export const logIn = (
  port: number,
  options: {
    readonly email?: string;
    readonly password?: string;
    readonly forwardedFor?: string;
  } = {},
): Promise<Answer> => {
  const { email = 'ann@example.test', password = WRONG_PASSWORD, forwardedFor } = options;
  return send(port, 'POST /auth/login', {
    body: { email, password },
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  });
};

/** The statuses of `count` sequential requests. */
export const statusesOf = async (
  count: number,
  ask: (index: number) => Promise<Answer>,
): Promise<number[]> => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await ask(index)).status);
  return statuses;
};
