import type { Product } from './product';
import { adjustProduct, isSameAdjustment, type StockAdjustment } from './stock-adjustment';

const product: Product = {
  productId: 'p',
  name: 'Lamp',
  description: '',
  price: { minorUnits: 100, currencyCode: 'USD' },
  available: 5,
  held: 3,
  sold: 2,
  writtenOff: 0,
  revision: 1,
  initialStock: 10,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

const adjustment = (delta: number): StockAdjustment => ({
  adjustmentId: 'a',
  productId: 'p',
  delta,
  reason: 'count',
  createdBy: 'admin',
  createdAt: new Date(1_000),
});

describe('adjustProduct', () => {
  it('an adjustment changes only the available units and the update time', () => {
    expect(adjustProduct(product, adjustment(-5))).toEqual({
      ok: true,
      product: { ...product, available: 0, updatedAt: new Date(1_000) },
    });
  });

  it('an adjustment never removes held or sold units', () => {
    expect(adjustProduct(product, adjustment(-6))).toMatchObject({
      ok: false,
      error: {
        reason: 'INSUFFICIENT_STOCK',
        metadata: { productId: 'p', availableUnits: '5' },
      },
    });
  });

  it('held and sold units count towards the maximum units of a product', () => {
    expect(adjustProduct(product, adjustment(999_999_990))).toMatchObject({
      product: { available: 999_999_995 },
    });
    expect(adjustProduct(product, adjustment(999_999_991))).toMatchObject({
      error: { reason: 'STOCK_LIMIT_EXCEEDED' },
    });
  });
});

describe('isSameAdjustment', () => {
  it.each([
    ['product', { productId: 'q' }],
    ['delta', { delta: 2 }],
    ['reason', { reason: 'theft' }],
  ])('adjustments with a different %s differ', (_field, difference) => {
    expect(isSameAdjustment(adjustment(1), { ...adjustment(1), ...difference })).toBe(false);
  });

  it('adjustments that differ only in creator and time are the same', () => {
    const repeat = { ...adjustment(1), createdBy: 'other', createdAt: new Date(2_000) };

    expect(isSameAdjustment(adjustment(1), repeat)).toBe(true);
  });
});
