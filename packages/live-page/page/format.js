// Numbers as people read them.

import { CURRENCY_DIGITS } from './vendor/currency-digits.js';

const wholeNumber = new Intl.NumberFormat('en');

/** @param {number} count */
export const formatCount = (count) => wholeNumber.format(count);

/**
 * With the digits that the shop keeps, because browsers know others of some currencies and would round.
 * @param {number} amount
 * @param {string} currency ISO 4217
 */
export const formatPrice = (amount, currency) => {
  const digits = CURRENCY_DIGITS.get(currency) ?? 2;
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount);
};

/**
 * Minutes and seconds, rounded up, so that "0:00" means that the time is over.
 * @param {number} ms
 */
export const formatCountdown = (ms) => {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

/** @param {number | null} ms */
export const formatMs = (ms) => {
  if (ms === null) return '–';
  if (ms >= 10_000) return `${Math.round(ms / 1_000)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
};

/**
 * @param {number} quantity
 * @param {string} name
 */
export const formatLine = (quantity, name) =>
  quantity === 1 ? name : `${formatCount(quantity)} × ${name}`;
