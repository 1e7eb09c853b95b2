// One product: its stock bar, and the ways to take some or (for administrators) to change it.
import { fromTemplate, setText, within } from './dom.js';
import { onSubmit } from './form.js';
import { formatCount, formatPrice } from './format.js';

/** @import { Product } from './types' */

/** At or below this share of all units "only" is said. */
const FEW_SHARE = 0.1;

/** @param {Product} product */
const describeLeft = ({ stockQuantity, heldQuantity, soldQuantity }) => {
  if (stockQuantity === 0) {
    const word = heldQuantity === 0 ? 'left: sold out' : 'left; held units may come back';
    return { left: 'none', word };
  }
  const total = stockQuantity + heldQuantity + soldQuantity;
  return stockQuantity <= total * FEW_SHARE
    ? { left: 'few', word: 'left, be quick' }
    : { left: 'many', word: 'available' };
};

/**
 * @param {Product} first
 * @param {{
 *   readonly reserve: (product: Product, quantity: number) => Promise<void>,
 *   readonly adjust: (product: Product, delta: number, reason: string) => Promise<void>,
 * }} actions
 */
export const createProductCard = (first, { reserve, adjust }) => {
  const root = fromTemplate('product-template');
  /** @param {string} selector */
  const part = (selector) => within(root, selector, HTMLElement);
  const [name, price, description] = [part('.name'), part('.price'), part('.description')];
  const [leftCount, leftWord] = [part('.left-count'), part('.left-word')];
  const restock = part('.restock');
  let product = first;

  const shares = /** @type {const} */ ([
    ['sold', 'soldQuantity'],
    ['held', 'heldQuantity'],
    ['available', 'stockQuantity'],
  ]);
  const counts = shares.map(([share, field]) => ({
    field,
    bar: part(`.part.${share}`),
    number: part(`.${share}-count`),
  }));

  /** @param {Product} next */
  const update = (next) => {
    product = next;
    setText(name, next.name);
    setText(price, formatPrice(next.price, next.currency));
    setText(description, next.description);
    for (const { field, bar, number } of counts) {
      bar.style.flexGrow = String(next[field]);
      bar.hidden = next[field] === 0;
      setText(number, formatCount(next[field]));
    }
    const { left, word } = describeLeft(next);
    root.dataset['left'] = left;
    setText(leftCount, formatCount(next.stockQuantity));
    setText(leftWord, word);
    setText(part('.units'), `Units of ${next.name}`);
    part('.reserve button').setAttribute('aria-label', `Reserve ${next.name}`);
    part('.restock summary').setAttribute('aria-label', `Change stock of ${next.name}`);
  };

  onSubmit(within(root, '.reserve', HTMLFormElement), async (fields) => {
    await reserve(product, Number(fields['quantity']));
  });
  onSubmit(within(root, '.restock-form', HTMLFormElement), async (fields) => {
    await adjust(product, Number(fields['delta']), fields['reason'] ?? '');
  });

  root.dataset['productId'] = first.productId;
  update(first);
  return {
    root,
    update,
    /** @param {boolean} allowed */
    allowChanges: (allowed) => {
      restock.hidden = !allowed;
    },
  };
};
