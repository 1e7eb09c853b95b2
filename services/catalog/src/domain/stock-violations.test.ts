import { findViolations, type LedgerFigures } from './stock-violations';

const sound: LedgerFigures = {
  productId: 'a',
  counters: { available: 4, held: 3, sold: 4, writtenOff: 1 },
  initialStock: 10,
  adjusted: 2,
  heldInHolds: 3,
  soldInHolds: 4,
  writtenOffInHolds: 1,
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
      { counters: { available: -2, held: 9, sold: 4, writtenOff: 1 }, heldInHolds: 9 },
      ['negative_counter', 'oversold'],
    ],
    [
      'a written-off unit has no return',
      { writtenOffInHolds: 0 },
      ['written_off_differs_from_holds'],
    ],
    ['a hold is missing', { heldInHolds: 2 }, ['held_differs_from_holds']],
  ])('invariants are violated when %s', (_what, change, expected) => {
    expect(findViolations({ ...sound, ...change })).toEqual(expected);
  });

  it('an unknown sum of holds is ignored and the counters are still checked', () => {
    const unknown = { heldInHolds: undefined };

    expect(findViolations({ ...sound, ...unknown })).toEqual([]);
    expect(
      findViolations({
        ...sound,
        ...unknown,
        counters: { available: -2, held: 9, sold: 4, writtenOff: 1 },
      }),
    ).toEqual(['negative_counter', 'oversold']);
  });
});
