import type { WatchStockResponse } from '@flashreserve/contracts/catalog';

/** What catalog tells of a product of which nothing is held or sold. */
export const stockResponse = (productId: string, availableUnits = 1): WatchStockResponse => ({
  productId,
  availableUnits,
  heldUnits: 0,
  soldUnits: 0,
  observeTime: new Date(0),
});
