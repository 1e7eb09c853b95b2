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
      const startedAt = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          send(gateway.port, 'POST /reservations', {
            token: 'customer',
            body: { items: RESERVATION.lines },
          }),
        ),
      );
      const windowsMax = Math.floor((performance.now() - startedAt) / 1_000) + 2;
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(20 - 3 * windowsMax);
      expect(refused.length).toBeLessThanOrEqual(17);
      expect(refused[0]?.json).toMatchObject({ reason: 'RESERVATION_RATE_LIMITED' });
      expect(refused[0]?.headers).toMatchObject({
        'retry-after': '1',
        'ratelimit-policy': '"reservation-rate";q=3;w=1',
        ratelimit: '"reservation-rate";r=0;t=1',
      });
      const accepted = answers.filter(({ status }) => status === 201);
      expect(accepted.map(({ headers }) => headers['ratelimit'])).toContain(
        '"reservation-rate";r=2;t=1',
      );
    } finally {
      await gateway.stop();
    }
  });

  it('each user has a separate reservation rate', async () => {
    const count = createReservationRate(1);
    const work = async () => 'done';
    await count('ann', work);
    await expect(count('ann', work)).rejects.toMatchObject({ reason: 'RESERVATION_RATE_LIMITED' });
    await expect(count('bob', work)).resolves.toEqual({
      result: 'done',
      headers: {
        'ratelimit-policy': '"reservation-rate";q=1;w=1',
        ratelimit: '"reservation-rate";r=0;t=1',
      },
    });
  });

  it('without a limit every reservation is accepted, without headers', async () => {
    const count = createReservationRate(0);
    const work = async () => 'done';
    for (let attempt = 0; attempt < 100; attempt += 1) {
      expect(await count('ann', work)).toEqual({ result: 'done', headers: {} });
    }
  });
});
