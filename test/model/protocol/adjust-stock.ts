import { createCatalogStore } from './catalog';
import { at, type Context, type Process } from './context';
import { type AdjustFields, get } from './layout';

/** The next step of an AdjustStock call. */
const STEP = { IDLE: 0, FIND_PRODUCTS: 1, FIND_ADJUSTMENTS: 2, WRITE: 3, WRITE_RECORD: 4 } as const;

/**
 * One AdjustStock call in catalog (application/adjust-stock.ts, stock-writer.ts;
 * domain/product-batch.ts). Its administrator retries it forever, with the same request id.
 */
export const createAdjustStock = (context: Context, call: AdjustFields, index: number): Process => {
  const { mutation, successors } = context;
  const { adjustment } = call;
  const catalog = createCatalogStore(context);
  const process = `administrator, call ${index + 1}`;

  const begin: Process = () => {
    successors.next(process, 'adjustStock')[call.step] = STEP.FIND_PRODUCTS;
  };

  /** `createProductBatchReader` in product-batch.reader.ts: first the products ... */
  const findProducts: Process = () => {
    const next = successors.next(process, 'adjustStock: find products');
    next[call.enough] = catalog.hasUnits(next, adjustment) ? 1 : 0;
    next[call.step] = STEP.FIND_ADJUSTMENTS;
  };

  /** ... and only then the adjustments; then `adjust` in product-batch.ts. */
  const findAdjustments: Process = (state) => {
    const next = successors.next(process, 'adjustStock: find adjustments');
    const isRepeat =
      get(next, adjustment.recorded) === 1 && mutation !== 'adjustment not idempotent by id';
    const refused = get(state, call.enough) === 0;
    next[call.enough] = 0;
    next[call.step] = isRepeat || refused ? STEP.IDLE : STEP.WRITE;
  };

  const write: Process = () => {
    const next = successors.next(process, 'adjustStock: write');
    const written = catalog.writeAdjustment(next, adjustment) === 'written';
    if (!written) next[call.step] = STEP.FIND_PRODUCTS;
    else next[call.step] = mutation === 'adjustment recorded later' ? STEP.WRITE_RECORD : STEP.IDLE;
  };

  /** Only for the mutation that records an adjustment in a separate transaction. */
  const writeRecord: Process = () => {
    const next = successors.next(process, 'adjustStock: write the record');
    next[adjustment.recorded] = 1;
    next[call.step] = STEP.IDLE;
  };

  const steps: readonly Process[] = [begin, findProducts, findAdjustments, write, writeRecord];

  return (state) => {
    const step = get(state, call.step);
    at(steps, step)(state);
    if (step === STEP.IDLE) return;
    const crashed = successors.next(process, 'crash, or reply lost', true);
    crashed[call.step] = STEP.IDLE;
    crashed[call.enough] = 0;
  };
};
