import { checkReservationsExist } from './reservations-exist';
import { bodyOf, callOf, change, changeCall, type SampleRun, sampleFacts } from './sample-run';

const lines = [{ productId: 'phone', quantity: 3 }];

describe('acknowledged reservations exist', () => {
  it('a correct run keeps all acknowledged reservations', async () => {
    expect(checkReservationsExist(await sampleFacts())).toMatchObject({
      checked: 3,
      violations: [],
    });
  });

  it('the order of lines does not matter', async () => {
    const cart = [{ productId: 'case', quantity: 1 }, ...lines];
    const facts = await sampleFacts((run) => {
      for (const n of [1, 2]) {
        changeCall(run, n, { lines: cart, reservation: bodyOf('sold', cart, 1_000) });
      }
      change(run.reservations, 'sold', { lines: [...cart].reverse() });
    });
    expect(checkReservationsExist(facts).violations).toEqual([]);
  });

  const plants: readonly (readonly [string, (run: SampleRun) => void, string])[] = [
    [
      'a lost reservation',
      ({ reservations }) => reservations.splice(0, 1),
      'acknowledged, but not stored',
    ],
    [
      'a tombstone in its place',
      ({ reservations }) => change(reservations, 'sold', { isTombstone: true }),
      'a tombstone is stored in its place',
    ],
    [
      'another owner',
      ({ reservations }) => change(reservations, 'sold', { customerId: 'bob' }),
      'made by ann, stored for bob',
    ],
    [
      'other units',
      ({ reservations }) =>
        change(reservations, 'sold', { lines: [{ productId: 'phone', quantity: 2 }] }),
      'acknowledged 3 of phone, stored 2 of phone',
    ],
    [
      'another expiry',
      ({ reservations }) => change(reservations, 'sold', { expiresAt: 11_001 }),
      'expiresAt was told as 1970-01-01T00:00:11.000Z, stored as 1970-01-01T00:00:11.001Z',
    ],
    [
      'another time of creation',
      ({ reservations }) => change(reservations, 'sold', { createdAt: 999 }),
      'createdAt was told as',
    ],
    [
      'units that nobody asked for',
      (run) => changeCall(run, 1, { lines: [{ productId: 'phone', quantity: 1 }] }),
      'asked for 1 of phone, acknowledged 3 of phone',
    ],
    [
      'a denial to its owner',
      ({ records }) =>
        records.push(
          callOf({
            n: 20,
            action: 'get',
            reservationId: 'sold',
            sentAt: 5_000,
            status: 404,
            reason: 'RESERVATION_NOT_FOUND',
          }),
        ),
      'call 20 of its owner was told that it does not exist',
    ],
  ];
  it.each(plants)('the check of reservations finds %s', async (_what, plant, text) => {
    const { violations, violationsTotal } = checkReservationsExist(await sampleFacts(plant));
    expect(violationsTotal).toBe(1);
    expect(violations[0]).toContain(text);
  });
});
