import { findViolations, type LedgerFigures } from './stock-violations';

const sound: LedgerFigures = {
  productId: 'a',
  counters: { available: 5, held: 3, sold: 4 },
  initialStock: 10,
  adjusted: 2,
  heldInHolds: 3,
  soldInHolds: 4,
};

describe('the invariants of a product', () => {
  it('no invariant is violated when the counters match adjustments and holds', () => {
    expect(findViolations(sound)).toEqual([]);
  });

  it.each<[string, Partial<LedgerFigures>, readonly string[]]>([
    [
      'a unit was invented',
      { counters: { ...sound.counters, available: 6 } },
      ['units_do_not_add_up'],
    ],
    [
      'a unit was lost',
      { counters: { ...sound.counters, sold: 3 }, soldInHolds: 3 },
      ['units_do_not_add_up'],
    ],
    [
      'more units are in holds than were stocked, and the counters hide it',
      { soldInHolds: 10 },
      ['oversold', 'sold_differs_from_holds'],
    ],
    [
      'a counter is negative',
      { counters: { available: -1, held: 9, sold: 4 }, heldInHolds: 9 },
      ['negative_counter', 'oversold'],
    ],
    ['a hold is missing', { heldInHolds: 2 }, ['held_differs_from_holds']],
  ])('invariants are violated when %s', (_what, change, expected) => {
    expect(findViolations({ ...sound, ...change })).toEqual(expected);
  });

  it('an unknown sum of holds is ignored and the counters are still checked', () => {
    const unknown = { heldInHolds: undefined };

    expect(findViolations({ ...sound, ...unknown })).toEqual([]);
    expect(
      findViolations({ ...sound, ...unknown, counters: { available: -1, held: 9, sold: 4 } }),
    ).toEqual(['negative_counter', 'oversold']);
  });
});
