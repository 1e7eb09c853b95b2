import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { promised } from '../grpc/service-error';

/** Serializes the `stock` event of a product, once for all clients. */
export const toStockFrame = (reading: WatchStockResponse, id: string): string => {
  const data = {
    productId: reading.productId,
    stockQuantity: reading.availableUnits,
    heldQuantity: reading.heldUnits,
    soldQuantity: reading.soldUnits,
    time: promised(reading.observeTime, 'observe time').toISOString(),
  };
  return `event: stock\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
};

export const HEARTBEAT_FRAME = ':\n\n';

/** Random reconnection delay of 1 to 3 s, so that clients do not reconnect all at once. */
export const retryFrame = (random: () => number = Math.random): string =>
  `retry: ${1_000 + Math.floor(random() * 2_000)}\n\n`;
