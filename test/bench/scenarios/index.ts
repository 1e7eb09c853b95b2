import { checkout } from './checkout';
import { confirm } from './confirm';
import { expiryStorm } from './expiry-storm';
import { flashSale } from './flash-sale';
import { floor } from './floor';
import { hotProduct, hotProductWithKeys } from './hot-product';
import { listProducts } from './list-products';
import { loneRequest } from './lone-request';
import { manyProducts } from './many-products';
import { openStreams } from './open-streams';
import { saleDay } from './sale-day';
import { scale } from './scale';
import type { Scenario } from './scenario';
import { soldOut, soldOutWithKeys } from './sold-out';

/**
 * All scenarios in the order in which they run. Those that create most reservations come late,
 * because every audit reads all earlier reservations.
 */
export const SCENARIOS: readonly Scenario[] = [
  floor,
  soldOut,
  soldOutWithKeys,
  flashSale,
  saleDay,
  confirm,
  checkout,
  manyProducts,
  hotProduct,
  hotProductWithKeys,
  // On warmed-up processes, so that the request path is compared and not just-in-time compilation.
  loneRequest,
  // Last of its stage, because it fills the catalogue.
  listProducts,
  scale,
  expiryStorm,
  openStreams,
];
