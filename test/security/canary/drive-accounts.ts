import { randomUUID } from 'node:crypto';
import type { Sending } from '../../../gateway/src/testing/http-client';
import { ADMIN_EMAIL } from '../../support/test-secrets';
import type { Recorder, Tokens } from './recorder';
import { PASSWORDS, STACK_SECRETS } from './secrets';

const JSON_TYPE = { 'content-type': 'application/json' };

export interface Account {
  readonly email: string;
  readonly tokens: Tokens;
}

/**
 * Registers, logs in with right and wrong passwords, refreshes, reuses a token, changes the
 * password, and logs out.
 */
export const driveAccount = async ({ ask, askForTokens }: Recorder): Promise<Account> => {
  const email = `canary-${randomUUID()}@example.test`;
  const logIn = (name: string, password: string) =>
    askForTokens(name, 'POST /auth/login', { body: { email, password } });
  const statuses: number[] = [];
  const note = async (target: string, sending: Sending): Promise<void> => {
    statuses.push((await ask(target, sending)).status);
  };
  const newUser = { email, password: PASSWORDS.first, name: 'Ann' };

  await note('POST /auth/register', { body: newUser });
  await note('POST /auth/register', { body: newUser });
  await note('POST /auth/register', { body: { email, password: PASSWORDS.long.repeat(8) } });
  await note('POST /auth/login', { body: { email, password: PASSWORDS.wrong } });
  const { refreshToken } = await logIn('first', PASSWORDS.first);
  await askForTokens('renewed', 'POST /auth/refresh', { body: { refreshToken } });
  await note('POST /auth/refresh', { body: { refreshToken } });
  await note('POST /auth/refresh', { body: { refreshToken: PASSWORDS.first } });

  const { accessToken: token } = await logIn('second', PASSWORDS.first);
  const change = (currentPassword: string) => ({
    token,
    body: { currentPassword, newPassword: PASSWORDS.second },
  });
  await note('POST /auth/password', change(PASSWORDS.wrong));
  await note('POST /auth/password', change(PASSWORDS.first));
  await note('POST /auth/login', { body: { email, password: PASSWORDS.first } });
  const left = await logIn('third', PASSWORDS.second);
  await note('POST /auth/logout', { body: { refreshToken: left.refreshToken } });
  expect(statuses).toEqual([201, 409, 400, 401, 401, 401, 403, 204, 401, 204]);
  return { email, tokens: await logIn('last', PASSWORDS.second) };
};

/** Logs the administrator in, for the API and for pages, and opens the dashboard. */
export const driveAdmin = async ({ ask, askForTokens }: Recorder): Promise<string> => {
  const body = { email: ADMIN_EMAIL, password: STACK_SECRETS.ADMIN_PASSWORD };
  const { accessToken } = await askForTokens('admin', 'POST /auth/login', { body });
  const session = await askForTokens('admin session', 'POST /admin/session', { body });
  const headers = { cookie: `flashreserve_admin=${session.accessToken}` };
  for (const path of ['/admin/queues', '/admin/queues/api/queues', '/admin/sign-in']) {
    expect((await ask(`GET ${path}`, { headers })).status).toBe(200);
  }
  return accessToken;
};

/** Sends secrets in the wrong places. */
export const driveBadInput = async (
  { ask }: Recorder,
  { email, tokens }: Account,
): Promise<void> => {
  const { accessToken, refreshToken } = tokens;
  const { first, second } = PASSWORDS;
  const inUrl = encodeURIComponent(second);
  const basic = Buffer.from(`${email}:${second}`).toString('base64');
  const requests: readonly [string, Sending][] = [
    ['POST /auth/login', { body: { email, password: [second] } }],
    ['POST /auth/login', { body: { email, password: { value: second } } }],
    ['POST /auth/login', { body: { email: second, password: second } }],
    ['POST /auth/login', { body: { email, password: second, extra: first } }],
    ['POST /auth/login', { body: second }],
    ['POST /auth/login', { raw: `{"email":"${email}","password":"${first}`, headers: JSON_TYPE }],
    ['POST /auth/login', { raw: `password=${inUrl}`, headers: { 'content-type': 'text/plain' } }],
    ['POST /auth/password', { token: accessToken, body: { password: second } }],
    ['POST /auth/refresh', { body: { refreshToken: { token: refreshToken } } }],
    [`POST /auth/refresh?refreshToken=${refreshToken}`, { body: {} }],
    [`GET /auth/me?access_token=${accessToken}`, {}],
    [`GET /products?pageToken=${accessToken}`, {}],
    [`GET /products?pageSize=${inUrl}`, {}],
    [`GET /products/${inUrl}`, {}],
    [`GET /auth/${inUrl}`, {}],
    [`GET /reservations/${refreshToken}`, { token: accessToken }],
    [`POST /reservations/confirm/${accessToken}`, { token: accessToken }],
    [`GET /reservations?status=${inUrl}`, { token: accessToken }],
    ['GET /auth/me', { headers: { authorization: `Basic ${basic}` } }],
    ['GET /auth/me', { headers: { authorization: accessToken } }],
    ['GET /auth/me', { headers: { authorization: `Bearer ${refreshToken}` } }],
    ['GET /auth/me', { headers: { authorization: `Bearer ${accessToken} ${refreshToken}` } }],
    ['GET /auth/me', { headers: { authorization: `Bearer ${accessToken.slice(0, -4)}AAAA` } }],
    ['GET /auth/me', { headers: { 'x-filler': accessToken.repeat(30) } }],
    ['GET /admin/queues', { headers: { cookie: `flashreserve_admin=${accessToken}` } }],
  ];
  for (const [target, sending] of requests) {
    const { status } = await ask(target, sending);
    expect([target.split('?')[0], status >= 400 && status < 500]).toEqual([
      target.split('?')[0],
      true,
    ]);
  }
};
