import { STOCK_LIMITS } from '@flashreserve/contracts';
import { z } from 'zod';
import { jsonObject, wholeNumber } from './common.schemas';
import { productId } from './product.schemas';

export const quantity = wholeNumber({ min: 1, max: STOCK_LIMITS.quantityMax }).meta({
  description: 'Number of units, 1 to 100.',
});

const LINES_MESSAGE = `must be a list of 1 to ${STOCK_LIMITS.linesMax} lines`;

/** The lines of a request body. */
export const items = z
  .array(jsonObject({ productId, quantity }), LINES_MESSAGE)
  .min(1, LINES_MESSAGE)
  .max(STOCK_LIMITS.linesMax, LINES_MESSAGE);
