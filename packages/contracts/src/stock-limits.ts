/** Limits of stock and holds that the REST edge, reservation and catalog all enforce. */
export const STOCK_LIMITS = {
  /** Units of one product in one reservation. */
  quantityMax: 100,
  /** Lines in one reservation. */
  linesMax: 20,
  /** Maximum total units of a product, and of a single adjustment. */
  productUnitsMax: 1_000_000_000,
  /** Largest price in minor units (10 billion in a currency with two digits). */
  priceMinorUnitsMax: 1_000_000_000_000,
  /** Reservation ids in one settlement or expiry call. */
  settlementIdsMax: 500,
  /** Entries in one BatchReserve, BatchResolve or BatchDecrementStock. */
  batchEntriesMax: 256,
  /** Returns of one reservation. */
  returnsMax: 100,
} as const;
