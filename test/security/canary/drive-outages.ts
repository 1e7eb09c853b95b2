import type { Sending } from '../../../gateway/src/testing/http-client';
import { eventually } from '../../support/eventually';
import type { CanaryStack } from './canary-stack';
import type { Account } from './drive-accounts';
import type { Recorder } from './recorder';
import { PASSWORDS } from './secrets';

const BACK_MS = 60_000;

/** Makes MongoDB, the Redis password and auth unavailable in turn, during logins. */
export const driveOutages = async (
  stack: CanaryStack,
  { ask, askForTokens }: Recorder,
  { email, tokens }: Account,
): Promise<void> => {
  const login: Sending = { body: { email, password: PASSWORDS.second } };
  const register: Sending = { body: { email: `x-${email}`, password: PASSWORDS.first } };
  const refresh: Sending = { body: { refreshToken: tokens.refreshToken } };
  const logInAgain = () =>
    eventually(() => askForTokens('after an outage', 'POST /auth/login', login), BACK_MS);
  const expectFailure = (target: string, sending: Sending, from: number) =>
    eventually(async () => {
      expect((await ask(target, sending)).status).toBeGreaterThanOrEqual(from);
    }, BACK_MS);

  stack.mongo.cut();
  await Promise.all([
    expectFailure('POST /auth/login', login, 500),
    expectFailure('POST /auth/register', register, 500),
    expectFailure('POST /auth/refresh', refresh, 500),
    expectFailure('GET /products', {}, 500),
  ]);
  stack.mongo.heal();
  await logInAgain();

  await stack.refuseRedisPassword();
  await eventually(async () => {
    expect(stack.output().match(/WRONGPASS/g)?.length).toBeGreaterThanOrEqual(3);
  }, BACK_MS);
  await logInAgain();
  await stack.acceptRedisPassword();
  await eventually(async () => {
    expect((await fetch(`${stack.workerUrl}/readyz`)).status).toBe(200);
  }, BACK_MS);

  stack.kill('auth');
  await ask('POST /auth/login', login).catch(() => undefined);
  await logInAgain();
};
