import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { promised } from '../grpc/service-error';

/** Makes the `stock` event of a reading. Its text is made once and written to every client. */
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

/** Clients come back at different times, so that not all do in the moment in which a gateway goes. */
export const retryFrame = (random: () => number = Math.random): string =>
  `retry: ${1_000 + Math.floor(random() * 2_000)}\n\n`;
