import { checkAtRest } from './at-rest';
import { change, type SampleRun, sampleFacts } from './sample-run';

const remove = (items: { readonly reservationId: string }[], id: string): void => {
  items.splice(
    items.findIndex(({ reservationId }) => reservationId === id),
    1,
  );
};

describe('at rest all is settled', () => {
  it('a correct run is settled at rest', async () => {
    expect(checkAtRest(await sampleFacts())).toMatchObject({ checked: 4, violations: [] });
  });

  it('a tombstone needs no hold', async () => {
    const facts = await sampleFacts(({ holds }) => remove(holds, 'tombstone'));
    expect(checkAtRest(facts).violations).toEqual([]);
  });

  const plants: readonly (readonly [string, (run: SampleRun) => void, readonly string[]])[] = [
    [
      'a reservation that is still pending',
      ({ reservations }) => change(reservations, 'expired', { status: 'PENDING' }),
      [
        'reservation expired: still PENDING',
        'reservation expired: PENDING, but its hold is RELEASED',
      ],
    ],
    [
      'units that are still held',
      ({ holds }) => change(holds, 'tombstone', { state: 'HELD' }),
      [
        'reservation tombstone: its hold is still HELD',
        'reservation tombstone: tombstone, but its hold is HELD',
      ],
    ],
    [
      'an expired reservation whose units are sold',
      ({ holds }) => change(holds, 'expired', { state: 'SOLD' }),
      ['reservation expired: EXPIRED, but its hold is SOLD'],
    ],
    [
      'a confirmed reservation whose units are released',
      ({ holds }) => change(holds, 'sold', { state: 'RELEASED' }),
      ['reservation sold: CONFIRMED, but its hold is RELEASED'],
    ],
    [
      'a hold without a reservation',
      ({ reservations }) => remove(reservations, 'expired'),
      ['reservation expired: a hold without a reservation'],
    ],
    [
      'a reservation without a hold',
      ({ holds }) => remove(holds, 'expired'),
      ['reservation expired: a reservation without a hold'],
    ],
    [
      'a hold of somebody else',
      ({ holds }) => change(holds, 'sold', { customerId: 'bob' }),
      ['reservation sold: of ann, but its hold of bob'],
    ],
    [
      'a hold of other units',
      ({ holds }) => change(holds, 'sold', { lines: [{ productId: 'phone', quantity: 1 }] }),
      ['reservation sold: of 3 of phone, but its hold of 1 of phone'],
    ],
    [
      'a hold with another expiry',
      ({ holds }) => change(holds, 'sold', { expireTime: 1 }),
      ['reservation sold: expires at another time than its hold'],
    ],
    [
      'a run that did not come to rest',
      ({ records }) => records.splice(-1, 1, { kind: 'end', at: 60_000, quietAt: 0 }),
      ['It did not come to rest in time.'],
    ],
    ['a history without its end', ({ records }) => records.pop(), ['The history has no end.']],
  ];
  it.each(plants)('the check at rest finds %s', async (_what, plant, violations) => {
    expect(checkAtRest(await sampleFacts(plant)).violations).toEqual(violations);
  });
});
