// One own reservation, with its countdown.
import { fromTemplate, setText, within } from './dom.js';
import { runAction } from './form.js';
import { formatCountdown, formatPrice } from './format.js';
import { BACKEND_CONFIRMS, WORDING } from './wording.js';

/** @import { Reservation } from './types' */

const URGENT_MS = 60_000;

const STATUS = {
  PENDING: 'Held for you',
  CONFIRMED: 'Confirmed',
  CANCELLED: 'Cancelled',
  EXPIRED: 'Expired',
  RETURNED: 'Returned',
};
const OUTCOME = {
  PENDING: '',
  CONFIRMED: 'These units are yours.',
  CANCELLED: 'Its units are on sale again.',
  EXPIRED: WORDING.late,
  RETURNED: 'You have returned these units.',
};

/** @param {Reservation} reservation that is not pending */
const outcomeOf = ({ status, items }) => {
  const returned = items.reduce((sum, { returnedQuantity = 0 }) => sum + returnedQuantity, 0);
  if (status !== 'CONFIRMED' || returned === 0) return OUTCOME[status];
  return `${returned} returned, the others are yours.`;
};

/**
 * @param {Reservation} first
 * @param {{
 *   readonly confirm: () => Promise<void>,
 *   readonly cancel: () => Promise<void>,
 *   readonly refresh: () => Promise<void>,
 * }} actions
 */
export const createReservationCard = (first, { confirm, cancel, refresh }) => {
  const root = fromTemplate('reservation-template');
  /** @param {string} selector */
  const part = (selector) => within(root, selector, HTMLElement);
  const [name, status, time, bar] = [
    part('.name'),
    part('.status'),
    part('.time'),
    part('.countdown span'),
  ];
  const number = document.createElement('strong');
  const total = part('.total');
  const place = part('.problem');
  let reservation = first;

  /** @param {number} now by the server's clock */
  const tick = (now) => {
    if (reservation.status !== 'PENDING') return;
    const end = Date.parse(reservation.expiresAt);
    const leftMs = Math.max(0, end - now);
    const wholeMs = Math.max(1, end - Date.parse(reservation.createdAt));
    root.toggleAttribute('data-urgent', leftMs <= Math.min(URGENT_MS, wholeMs / 4));
    bar.style.transform = `scaleX(${Math.min(1, leftMs / wholeMs)})`;
    setText(number, formatCountdown(leftMs));
    if (number.parentNode !== time) time.replaceChildren(number, ` left ${WORDING.toDo}`);
  };
  /**
   * @param {Reservation} next
   * @param {string} title
   */
  const update = (next, title) => {
    const hadFocus = root.contains(document.activeElement) && document.activeElement !== name;
    reservation = next;
    root.dataset['status'] = next.status;
    setText(name, title);
    setText(status, STATUS[next.status]);
    const { total: amount, currency } = next;
    total.hidden = amount === undefined || currency === undefined;
    if (amount !== undefined && currency !== undefined) {
      setText(total, formatPrice(amount, currency));
    }
    for (const button of ['.confirm', '.cancel']) setText(part(`${button} .unseen`), ` ${title}`);
    if (next.status === 'PENDING') return;
    setText(time, outcomeOf(next));
    // The buttons are gone; whoever used one with the keyboard stays at this reservation.
    if (hadFocus) name.focus();
  };

  for (const [selector, action] of /** @type {const} */ ([
    ['.confirm', confirm],
    ['.cancel', cancel],
  ])) {
    const button = part(selector);
    button.addEventListener('click', async () => {
      const problem = await runAction({ button, place }, action);
      // A refusal says that it has ended in another way; how, is known to the shop.
      if (problem?.status === 409) await refresh().catch(() => undefined);
    });
  }

  part('.confirm').hidden = BACKEND_CONFIRMS;
  part('.pay').hidden = !BACKEND_CONFIRMS;
  root.dataset['reservationId'] = first.reservationId;
  return { root, update, tick };
};
