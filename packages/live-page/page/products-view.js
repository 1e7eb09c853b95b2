// The list of products, drawn at most once a frame however fast the stock moves.
import { announce, byId } from './dom.js';
import { formatLine } from './format.js';
import { createProductCard } from './product-card.js';
import { WORDING } from './wording.js';

/** @import { Reservations } from './reservations.js' */
/** @import { Session } from './session.js' */
/** @import { Stock } from './stock.js' */
/** @import { Product } from './types' */

/**
 * @param {{
 *   readonly stock: Stock,
 *   readonly session: Session,
 *   readonly reservations: Reservations,
 *   readonly adjustStock: (product: Product, delta: number, reason: string) => Promise<void>,
 * }} parts
 */
export const createProductsView = ({ stock, session, reservations, adjustStock }) => {
  const list = byId('product-list', HTMLUListElement);
  const nothing = byId('no-products', HTMLElement);
  const problem = byId('products-problem', HTMLElement);
  const pause = byId('pause', HTMLButtonElement);
  /** @type {Map<string, ReturnType<typeof createProductCard>>} */
  const cards = new Map();
  let scheduled = false;
  let paused = false;

  /** @param {Product} product @param {number} quantity */
  const reserve = async (product, quantity) => {
    await session.ensureUser();
    await reservations.reserve(product.productId, quantity);
    announce(`${formatLine(quantity, product.name)} reserved. ${WORDING.reserved}`);
  };

  const draw = () => {
    scheduled = false;
    const products = stock.all();
    const isAdmin = session.user()?.role === 'ADMIN';
    const shown = new Set(products.map(({ productId }) => productId));
    for (const [productId, card] of cards) {
      if (shown.has(productId)) continue;
      card.root.remove();
      cards.delete(productId);
    }
    for (const [index, product] of products.entries()) {
      const known = cards.get(product.productId);
      const card = known ?? createProductCard(product, { reserve, adjust: adjustStock });
      cards.set(product.productId, card);
      if (known !== undefined) card.update(product);
      card.allowChanges(isAdmin);
      // Moved only when it has to be, because moving takes the focus away.
      const there = list.children[index];
      if (there !== card.root) list.insertBefore(card.root, there ?? null);
    }
    nothing.hidden = products.length > 0 || !problem.hidden;
  };
  const drawSoon = () => {
    if (scheduled || paused) return;
    scheduled = true;
    requestAnimationFrame(draw);
  };

  stock.onChange(drawSoon);
  session.onChange(drawSoon);
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    drawSoon();
  });

  return { drawSoon, isPaused: () => paused };
};
