import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { type Sending, send } from '../testing/http-client';
import { statusesOf } from '../testing/log-in';
import { startTestGateway, USER_ID } from '../testing/start-test-gateway';

const PRODUCT = '0198a1b2-0000-7000-8000-00000000000b';

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
});

const start = async (limits: Readonly<Record<string, string>>): Promise<number> => {
  const gateway = await startTestGateway({
    trustProxyHops: 1,
    limits,
    auth: {
      createGuest: async () => ({
        userId: USER_ID,
        tokens: { accessToken: 'guest', expiresInSeconds: 900, refreshToken: 'refresh' },
      }),
    },
    reservation: {
      reserve: async () => ({
        replayed: false,
        reservation: {
          reservationId: USER_ID,
          customerId: USER_ID,
          status: ReservationStatus.RESERVATION_STATUS_PENDING,
          lines: [{ productId: PRODUCT, quantity: 1 }],
          createTime: new Date(0),
          expireTime: new Date(600_000),
          returns: [],
        },
      }),
    },
  });
  stop = gateway.stop;
  return gateway.port;
};

const createGuest = (port: number, address: string): ReturnType<typeof send> =>
  send(port, 'POST /auth/guest', { headers: { 'x-forwarded-for': address } });

const reserve = (port: number, sending: Sending): ReturnType<typeof send> =>
  send(port, `POST /reservations/${PRODUCT}`, sending);

describe('guests', () => {
  it('guests are limited by address and in total, apart from registrations', async () => {
    const port = await start({
      GUESTS_PER_MINUTE_PER_ADDRESS: '2',
      GUESTS_PER_MINUTE_TOTAL: '3',
      REGISTRATIONS_PER_ADDRESS: '1',
      REGISTRATIONS_PER_MINUTE_TOTAL: '1',
    });

    expect(await statusesOf(3, () => createGuest(port, '203.0.113.1'))).toEqual([201, 201, 429]);
    const elsewhere = await statusesOf(2, (index) => createGuest(port, `203.0.113.${index + 2}`));
    expect(elsewhere).toEqual([201, 429]);
    const refused = await createGuest(port, '203.0.113.1');
    expect(refused.json).toMatchObject({ status: 429, reason: 'REGISTRATION_LIMITED' });
    expect(refused.headers['ratelimit-policy']).toBe('"registration";q=2;w=60');
  });

  it('a guest has a limit of reservations of its own, which users do not have', async () => {
    const port = await start({ RESERVATIONS_PER_SECOND_PER_GUEST: '2' });

    const ofGuest = await statusesOf(3, () => reserve(port, { token: 'guest' }));
    const ofUser = await statusesOf(3, () => reserve(port, { token: 'customer' }));

    expect(ofGuest).toEqual([201, 201, 429]);
    expect(ofUser).toEqual([201, 201, 201]);
  });

  it('a guest never gets more than a user', async () => {
    const limits = { RESERVATIONS_PER_SECOND_PER_USER: '1' };
    const port = await start({ ...limits, RESERVATIONS_PER_SECOND_PER_GUEST: '0' });
    expect(await statusesOf(2, () => reserve(port, { token: 'guest' }))).toEqual([201, 429]);
  });
});
