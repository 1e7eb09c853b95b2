import { Role, UserStatus } from '@flashreserve/contracts/auth';
import { DomainError, overloaded } from '@flashreserve/rpc';
import { type Sending, send } from '../testing/http-client';
import { statusesOf } from '../testing/log-in';
import { startTestGateway, type TestServices, USER_ID } from '../testing/start-test-gateway';

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
});

const start = async (services: TestServices): Promise<number> => {
  const gateway = await startTestGateway({
    trustProxyHops: 1,
    auth: {
      register: async ({ email, name }) => ({
        userId: USER_ID,
        email,
        name,
        role: Role.ROLE_CUSTOMER,
        status: UserStatus.USER_STATUS_ACTIVE,
        createTime: new Date(0),
      }),
    },
    ...services,
  });
  stop = gateway.stop;
  return gateway.port;
};

const register = (
  port: number,
  { email = 'ann@example.test', ...sending }: { readonly email?: string } & Sending = {},
) =>
  send(port, 'POST /auth/register', {
    body: { email, password: 'correct horse battery' },
    ...sending,
  });

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

describe('registrations', () => {
  it('registrations from one address are limited, including successful ones', async () => {
    const port = await start({ limits: { REGISTRATIONS_PER_ADDRESS: '2' } });
    const statuses = await statusesOf(3, (index) =>
      register(port, { email: `user-${index}@example.test` }),
    );
    expect(statuses).toEqual([201, 201, 429]);
    const refused = await register(port);
    expect(refused.json).toMatchObject({ status: 429, reason: 'REGISTRATION_LIMITED' });
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"registration";q=2;w=3600',
      ratelimit: expect.stringMatching(/^"registration";r=0;t=3[56]\d\d$/),
    });
  });

  it('registrations of one e-mail address are limited across client addresses', async () => {
    const emailTaken = new DomainError({
      kind: 'already-exists',
      reason: 'EMAIL_TAKEN',
      message: 'The e-mail address is taken.',
    });
    const port = await start({
      auth: { register: () => Promise.reject(emailTaken) },
      limits: { REGISTRATIONS_PER_ACCOUNT: '2' },
    });
    const statuses = await statusesOf(3, (index) => register(port, from(`203.0.113.${index}`)));
    expect(statuses).toEqual([409, 409, 429]);
  });

  it('registrations are limited in total', async () => {
    const port = await start({ limits: { REGISTRATIONS_PER_MINUTE_TOTAL: '2' } });
    const statuses = await statusesOf(3, (index) =>
      register(port, { email: `user-${index}@example.test`, ...from(`203.0.113.${index}`) }),
    );
    expect(statuses).toEqual([201, 201, 429]);
  });

  it('a registration that fails in the system does not count', async () => {
    const port = await start({
      auth: { register: () => Promise.reject(overloaded('AUTH_BUSY')) },
      limits: {
        REGISTRATIONS_PER_ACCOUNT: '1',
        REGISTRATIONS_PER_ADDRESS: '1',
        REGISTRATIONS_PER_MINUTE_TOTAL: '1',
      },
    });
    expect(await statusesOf(3, () => register(port))).toEqual([503, 503, 503]);
  });

  it('registrations by an administrator are not limited', async () => {
    const port = await start({ limits: { REGISTRATIONS_PER_ADDRESS: '1' } });
    const statuses = await statusesOf(3, () => register(port, { token: 'admin' }));
    expect(statuses).toEqual([201, 201, 201]);
  });
});
