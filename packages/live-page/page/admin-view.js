// What administrators may do here: put products on sale and change their stock.
import { repeatedly } from './api.js';
import { announce, byId } from './dom.js';
import { onSubmit } from './form.js';
import { formatCount } from './format.js';
import { createKeyring } from './keys.js';

/** @import { Session } from './session.js' */
/** @import { Stock } from './stock.js' */
/** @import { Product } from './types' */

/** @param {{ readonly session: Session, readonly stock: Stock }} parts */
export const createAdminView = ({ session, stock }) => {
  const section = byId('admin', HTMLElement);
  const form = byId('create-product', HTMLFormElement);

  const keys = createKeyring();

  session.onChange((user) => {
    section.hidden = user?.role !== 'ADMIN';
    if (user === undefined) keys.forget();
  });

  /**
   * @param {string} path
   * @param {unknown} body
   */
  const write = (path, body) =>
    keys.withKey(`${path} ${JSON.stringify(body)}`, (key) =>
      repeatedly(() => session.call('POST', path, { body, key })),
    );

  onSubmit(form, async (fields) => {
    const { name = '', description = '', price, currency = '', initialQuantity } = fields;
    const product = await write('/products', {
      name,
      description,
      price: Number(price),
      currency: currency.toUpperCase(),
      initialQuantity: Number(initialQuantity),
    });
    stock.put(product);
    form.reset();
    announce(`${name} is on sale.`);
  });

  return {
    /** @param {Product} product @param {number} delta @param {string} reason */
    adjustStock: async ({ productId, name }, delta, reason) => {
      const path = `/products/${encodeURIComponent(productId)}/stock-adjustments`;
      const { product } = await write(path, { delta, reason });
      stock.put(product);
      announce(`${name}: ${formatCount(product.stockQuantity)} available now.`);
    },
  };
};
