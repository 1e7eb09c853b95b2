import { checkProduct } from './check-product';

const product = { _id: 'p', name: 'Ticket', available: 5, held: 3, sold: 2, initialStock: 8 };
const sums = { adjusted: 2, heldInHolds: 3, soldInHolds: 2, writtenOffInHolds: 0 };

describe('checkProduct', () => {
  it('counters that add up and match the holds are correct', () => {
    expect(checkProduct(product, sums)).toMatchObject({ stocked: 10, problems: [] });
  });

  it.each([
    [
      'a unit vanished',
      { available: 4 },
      {},
      'available + held + sold + writtenOff is 9, stocked is 10',
    ],
    [
      'a unit was sold twice',
      { available: 6 },
      {},
      'available + held + sold + writtenOff is 11, stocked is 10',
    ],
    ['a return is missing', { available: 4, writtenOff: 1 }, {}, 'writtenOff is 1, returns say 0'],
    [
      'the stock was oversold',
      { available: -1, held: 9 },
      { heldInHolds: 9 },
      'available is below zero',
    ],
    ['a hold is missing', {}, { heldInHolds: 2 }, 'held is 3, holds say 2'],
    ['a sale is missing', {}, { soldInHolds: 1 }, 'sold is 2, holds say 1'],
    [
      'a counter is not a whole number',
      { held: 2.5 },
      { heldInHolds: 2.5 },
      'held is not a whole number',
    ],
  ])('the audit reports that %s', (_what, changedProduct, changedSums, problem) => {
    const row = checkProduct({ ...product, ...changedProduct }, { ...sums, ...changedSums });

    expect(row.problems).toContain(problem);
  });
});
