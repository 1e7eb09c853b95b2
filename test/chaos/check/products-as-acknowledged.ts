import type { Facts } from './facts';
import { adjustmentOutcomes } from './ledger';
import { combine, type InvariantResult, judgeEach } from './verdict';

interface Expected {
  readonly productId: string;
  readonly delta: number;
  certain: number;
  possible: number;
  stored: number;
}

/**
 * The services derive the stored ids of adjustments in a way that this checker does not share. So
 * it counts: for each product and delta there must be at least the acknowledged adjustments, and at
 * most those that may have been applied.
 */
const expectAdjustments = ({ history, store }: Facts): Iterable<Expected> => {
  const expected = new Map<string, Expected>();
  const find = (productId: string, delta: number): Expected => {
    const name = `${productId} ${delta}`;
    const entry = expected.get(name) ?? { productId, delta, certain: 0, possible: 0, stored: 0 };
    expected.set(name, entry);
    return entry;
  };
  for (const { productId, delta, outcome } of adjustmentOutcomes(history)) {
    const entry = find(productId, delta);
    if (outcome === 'ok') entry.certain += 1;
    if (outcome !== 'refused') entry.possible += 1;
  }
  for (const { productId, delta } of store.adjustments) find(productId, delta).stored += 1;
  return expected.values();
};

const checkAdjustments = (facts: Facts): InvariantResult =>
  judgeEach('', expectAdjustments(facts), ({ productId, delta, certain, possible, stored }) => {
    const what = `product ${productId}: adjustments by ${delta}`;
    if (stored < certain) return [`${what}: ${certain} were acknowledged, ${stored} are stored`];
    if (stored > possible) return [`${what}: ${possible} can have been made, ${stored} are stored`];
    return [];
  });

const checkProducts = ({ history, store }: Facts): InvariantResult => {
  const acknowledged = new Map(history.products.map((product) => [product.productId, product]));
  const ids = new Set([...acknowledged.keys(), ...store.products.keys()]);
  return judgeEach('', ids, (productId) => {
    const told = acknowledged.get(productId);
    const stored = store.products.get(productId);
    if (told === undefined) return [`product ${productId}: is stored, but nobody made it`];
    if (stored === undefined) return [`product ${productId}: was acknowledged, but is not stored`];
    return told.stock === stored.initialStock
      ? []
      : [`product ${productId}: made with ${told.stock} units, stored with ${stored.initialStock}`];
  });
};

/**
 * Stored products and adjustments equal the acknowledged ones; an adjustment without a response may
 * be stored.
 */
export const checkProductsAsAcknowledged = (facts: Facts): InvariantResult => {
  const products = checkProducts(facts);
  const adjustments = checkAdjustments(facts);
  const checked = products.checked + adjustments.checked;
  return combine('products and adjustments as acknowledged', checked, [products, adjustments]);
};
