import { RESERVATION } from '../testing/ask';
import { send } from '../testing/http-client';
import { startTestGateway } from '../testing/start-test-gateway';
import { createReservationRate } from './reservation-rate';

describe('reservations per user', () => {
  it('reservations above the rate are rejected until the second ends', async () => {
    const gateway = await startTestGateway({
      reservation: { reserve: async () => ({ reservation: RESERVATION, replayed: false }) },
      limits: { RESERVATIONS_PER_SECOND_PER_USER: '3' },
    });
    try {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          send(gateway.port, 'POST /reservations', {
            token: 'customer',
            body: { items: RESERVATION.lines },
          }),
        ),
      );
      const refused = answers.filter(({ status }) => status === 429);
      // The twenty requests may span two windows.
      expect(refused.length).toBeGreaterThanOrEqual(14);
      expect(refused.length).toBeLessThanOrEqual(17);
      expect(refused[0]?.json).toMatchObject({ reason: 'RESERVATION_RATE_LIMITED' });
      expect(refused[0]?.headers).toMatchObject({
        'retry-after': '1',
        'ratelimit-limit': '3',
        'ratelimit-remaining': '0',
        'ratelimit-reset': '1',
      });
    } finally {
      await gateway.stop();
    }
  });

  it('each user has a separate reservation rate', async () => {
    const count = createReservationRate(1);
    if (count === undefined) throw new Error('Nothing is counted.');
    await count('ann');
    await expect(count('ann')).rejects.toMatchObject({ reason: 'RESERVATION_RATE_LIMITED' });
    await expect(count('bob')).resolves.toBeUndefined();
  });

  it('there is no counter when reservations are not limited', () => {
    expect(createReservationRate(0)).toBeUndefined();
  });
});
