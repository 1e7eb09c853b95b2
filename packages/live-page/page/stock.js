// What is on sale: products as the REST interface lists them, with stock as the event stream tells it.
import { repeatedly, send } from './api.js';

/** @import { Page, Product, StockChange } from './types' */

/** As many as the stream tells of: the newest ones. */
const PRODUCTS_MAX = 100;

export const createStock = () => {
  /** @type {Map<string, Product>} */
  const products = new Map();
  /** The newest that the stream has told. It wins over answers, which may have overtaken each other. @type {Map<string, StockChange>} */
  const told = new Map();
  /** @type {((product: Product) => void)[]} */
  const listeners = [];
  let loaded = false;

  /** @param {Product} product */
  const put = (product) => {
    const { productId } = product;
    const known = products.get(productId);
    if (known !== undefined && Date.parse(known.updatedAt) > Date.parse(product.updatedAt)) return;
    const merged = { ...product, ...told.get(productId) };
    products.set(productId, merged);
    for (const listener of listeners) listener(merged);
  };
  /** @param {string} productId */
  const loadOne = async (productId) => {
    put(await repeatedly(() => send('GET', `/products/${encodeURIComponent(productId)}`)));
  };
  /** Loads the newest products, whose names and prices the stream does not tell. */
  const load = async () => {
    /** @type {Page<Product>} */
    const page = await repeatedly(() => send('GET', `/products?pageSize=${PRODUCTS_MAX}`));
    loaded = true;
    for (const product of page.items) put(product);
  };

  return {
    load,
    loadOne,
    put,
    /** @param {StockChange} change */
    follow: ({ productId, stockQuantity, heldQuantity, soldQuantity }) => {
      told.set(productId, { productId, stockQuantity, heldQuantity, soldQuantity });
      const known = products.get(productId);
      if (known !== undefined) put(known);
      // It has just been put on sale. Should this fail, its next change tries again.
      else if (loaded) loadOne(productId).catch(() => undefined);
    },
    /** There is no stream any more: answers count again. */
    unfollow: () => {
      told.clear();
    },
    /** @param {string} productId */
    get: (productId) => products.get(productId),
    /** Newest first, as the shop lists them. */
    all: () =>
      [...products.values()]
        .sort(
          (a, b) =>
            Date.parse(b.createdAt) - Date.parse(a.createdAt) ||
            b.productId.localeCompare(a.productId),
        )
        .slice(0, PRODUCTS_MAX),
    /** @param {(product: Product) => void} listener */
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
};

/** @typedef {ReturnType<typeof createStock>} Stock */
