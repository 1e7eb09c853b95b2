import { checkOneResolution } from './one-resolution';
import { bodyOf, callOf, change, type SampleRun, sampleFacts } from './sample-run';

const lines = [{ productId: 'phone', quantity: 3 }];

const skewed = (records: SampleRun['records']): void => {
  records.push({
    kind: 'fault',
    fault: 'clock',
    target: 'reservation-2',
    from: 0,
    until: 1_000,
    detail: { offsetMs: -4_000 },
  });
};

describe('one resolution', () => {
  it('a correct run resolves each reservation once', async () => {
    expect(checkOneResolution(await sampleFacts())).toMatchObject({ checked: 3, violations: [] });
  });

  it('a reservation reported as both confirmed and cancelled is a violation', async () => {
    const facts = await sampleFacts(({ records }) =>
      records.push(callOf({ n: 20, action: 'cancel', reservationId: 'sold', sentAt: 2_000 })),
    );
    expect(checkOneResolution(facts).violations).toEqual([
      'reservation sold: call 3 was told CONFIRMED, call 20 was told CANCELLED',
    ]);
  });

  it('a confirmed reservation refused as expired is a violation', async () => {
    const facts = await sampleFacts(({ records }) =>
      records.push(
        callOf({
          n: 20,
          action: 'cancel',
          reservationId: 'sold',
          sentAt: 2_000,
          status: 409,
          reason: 'RESERVATION_EXPIRED',
        }),
      ),
    );
    expect(checkOneResolution(facts).violationsTotal).toBe(1);
  });

  it('a refusal is weaker evidence while clocks differ, unless the reservation is due by all of them', async () => {
    for (const [sentAt, total] of [
      [11_500, 0],
      [15_500, 1],
    ] as const) {
      const facts = await sampleFacts(({ records }) => {
        skewed(records);
        records.push(
          callOf({
            n: 20,
            action: 'confirm',
            reservationId: 'sold',
            sentAt,
            status: 409,
            reason: 'RESERVATION_EXPIRED',
          }),
        );
      });
      expect(checkOneResolution(facts).violationsTotal).toBe(total);
    }
  });

  it('a stored outcome that differs from the observed one is a violation', async () => {
    const facts = await sampleFacts(({ reservations }) =>
      change(reservations, 'given-up', { status: 'EXPIRED' }),
    );
    expect(checkOneResolution(facts).violations).toEqual([
      'reservation given-up: call 6 was told CANCELLED, stored is EXPIRED',
    ]);
  });

  it('a resolved reservation that is pending again is a violation', async () => {
    const facts = await sampleFacts(({ records }) =>
      records.push(
        callOf({
          n: 20,
          action: 'get',
          reservationId: 'sold',
          sentAt: 2_500,
          reservation: bodyOf('sold', lines, 1_000),
        }),
      ),
    );
    expect(checkOneResolution(facts).violations).toEqual([
      'reservation sold: call 3 saw CONFIRMED, and call 20 later PENDING',
    ]);
  });

  it('overlapping calls may read the reservation in either state', async () => {
    const facts = await sampleFacts(({ records }) =>
      records.push(
        callOf({
          n: 20,
          action: 'get',
          reservationId: 'sold',
          sentAt: 2_009,
          reservation: bodyOf('sold', lines, 1_000),
        }),
      ),
    );
    expect(checkOneResolution(facts).violations).toEqual([]);
  });

  it('a confirmation that returns another status is a violation', async () => {
    const facts = await sampleFacts(({ records }) =>
      records.push(
        callOf({
          n: 20,
          action: 'confirm',
          reservationId: 'given-up',
          sentAt: 4_000,
          reservation: bodyOf('given-up', lines, 1_000, 'CANCELLED'),
        }),
      ),
    );
    expect(checkOneResolution(facts).violations).toEqual([
      'reservation given-up: call 20 to confirm was accepted, and answered CANCELLED',
    ]);
  });
});
