import { auditStock, type StockFigures } from './stock-audit';

const sound: StockFigures = {
  productId: 'p',
  counters: { available: 4, held: 3, sold: 2, writtenOff: 1 },
  initialStock: 8,
  adjusted: 2,
  heldInHolds: 3,
  soldInHolds: 2,
  writtenOffInHolds: 1,
};

describe('auditStock', () => {
  it('stock is consistent when counters, holds and adjustments agree', () => {
    expect(auditStock(sound)).toEqual({ ...sound, stocked: 10, consistent: true });
  });

  it.each<[string, Partial<StockFigures>]>([
    [
      'a unit is missing',
      { counters: { available: 4, held: 3, sold: 2, writtenOff: 0 }, writtenOffInHolds: 0 },
    ],
    ['a unit was invented', { counters: { available: 6, held: 3, sold: 2, writtenOff: 0 } }],
    ['a held unit has no hold', { heldInHolds: 2 }],
    ['a hold is not counted', { heldInHolds: 4 }],
    ['a sale has no hold', { soldInHolds: 1 }],
    ['a return is not counted', { writtenOffInHolds: 2 }],
    ['an adjustment is not counted', { adjusted: 3 }],
    [
      'available is negative',
      { counters: { available: -1, held: 3, sold: 2, writtenOff: 0 }, adjusted: -4 },
    ],
    [
      'held is negative on both sides',
      { counters: { available: 8, held: -1, sold: 2, writtenOff: 1 }, heldInHolds: -1 },
    ],
  ])('stock is inconsistent when %s', (_case, difference) => {
    expect(auditStock({ ...sound, ...difference }).consistent).toBe(false);
  });
});
