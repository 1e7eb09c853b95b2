import { Gauge, type Logger, type Metrics } from '@flashreserve/ops';
import { withinTime } from '@flashreserve/store';
import type { HotProducts } from '../application/hot-products';
import type { ProductRepository } from '../application/ports';
import type { StockLevels } from '../domain/product';

type LevelsById = ReadonlyMap<string, StockLevels>;

const NO_LEVELS: LevelsById = new Map();

/** Time that a scrape waits for the store. */
const READ_TIMEOUT_MS = 1_000;

/**
 * Exports the units of hot products, read from the store at each scrape. Only products in `hot` are
 * exported, which bounds the number of series; if the store does not answer, there are none.
 */
export const createStockMetrics = (
  metrics: Metrics,
  deps: {
    readonly hot: HotProducts;
    readonly products: Pick<ProductRepository, 'findStockLevels'>;
    readonly log: Logger;
  },
): void => {
  const { hot, products, log } = deps;
  const readLevels = async (): Promise<LevelsById> => {
    const ids = hot.ids();
    if (ids.length === 0) return NO_LEVELS;
    try {
      return await withinTime(READ_TIMEOUT_MS, products.findStockLevels(ids));
    } catch (error) {
      log.debug({ err: error }, 'Reading stock for the metrics failed.');
      return NO_LEVELS;
    }
  };
  new Gauge({
    name: 'flashreserve_product_units',
    help: 'Units of the products with the most recent traffic, by state: available, held, sold or written_off.',
    labelNames: ['product_id', 'state'] as const,
    registers: [metrics],
    async collect() {
      const levels = await readLevels();
      this.reset();
      for (const [productId, { available, held, sold, writtenOff }] of levels) {
        this.labels(productId, 'available').set(available);
        this.labels(productId, 'held').set(held);
        this.labels(productId, 'sold').set(sold);
        this.labels(productId, 'written_off').set(writtenOff);
      }
    },
  });
};
