import type { WatchStockResponse } from '@flashreserve/contracts/catalog';

/** Catalog's reading of a product without held or sold units. */
export const stockResponse = (productId: string, availableUnits = 1): WatchStockResponse => ({
  productId,
  availableUnits,
  heldUnits: 0,
  soldUnits: 0,
  observeTime: new Date(0),
});
