// The list of own reservations: countdowns, and what becomes of them.
import { serverNow } from './clock.js';
import { announce, byId, setText } from './dom.js';
import { formatCountdown, formatLine } from './format.js';
import { createReservationCard } from './reservation-card.js';
import { BACKEND_CONFIRMS, WORDING } from './wording.js';

/** @import { Reservations } from './reservations.js' */
/** @import { Session } from './session.js' */
/** @import { Stock } from './stock.js' */
/** @import { Reservation } from './types' */

const TICK_MS = 250;
/** Seconds left at which screen readers are told; more often would talk over everything else. */
const WARNINGS = [60, 10];
/** Between two looks at a reservation whose time is over and whose end has not been seen. */
const LOOK_MS = 1_000;
/** Between two looks at a reservation that the shop may confirm at any time. */
const LOOK_PENDING_MS = 5_000;

/**
 * The page itself sees what it confirms, but not what the shop's backend does.
 * @param {number} leftMs
 */
const lookEveryMs = (leftMs) => {
  if (leftMs <= 0) return LOOK_MS;
  const mayChange = BACKEND_CONFIRMS && document.visibilityState === 'visible';
  return mayChange ? LOOK_PENDING_MS : Number.POSITIVE_INFINITY;
};

const ENDED = {
  CONFIRMED: 'confirmed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  RETURNED: 'returned',
};

/**
 * @param {{
 *   readonly reservations: Reservations,
 *   readonly stock: Stock,
 *   readonly session: Session,
 * }} parts
 */
export const createReservationsView = ({ reservations, stock, session }) => {
  const list = byId('reservation-list', HTMLUListElement);
  const none = byId('mine-none', HTMLElement);
  const heldLink = byId('held-link', HTMLAnchorElement);
  /** @type {Map<string, { card: ReturnType<typeof createReservationCard>, shown: Reservation, lookedAt: number, left: number }>} */
  const rows = new Map();
  /** @type {Set<string>} */
  const asked = new Set();

  /** @param {string} productId */
  const nameOf = (productId) => {
    const product = stock.get(productId);
    if (product === undefined && !asked.has(productId)) {
      asked.add(productId);
      stock.loadOne(productId).catch(() => asked.delete(productId));
    }
    return product?.name ?? 'Product';
  };
  /** @param {Reservation} reservation */
  const titleOf = ({ items }) =>
    items
      .map(({ productId, quantity, name }) => formatLine(quantity, name ?? nameOf(productId)))
      .join(', ');

  const draw = () => {
    const all = reservations.all();
    const shown = new Set(all.map(({ reservationId }) => reservationId));
    for (const [id, { card }] of rows) {
      if (shown.has(id)) continue;
      card.root.remove();
      rows.delete(id);
    }
    for (const [index, reservation] of all.entries()) {
      const id = reservation.reservationId;
      const row = rows.get(id) ?? {
        card: createReservationCard(reservation, {
          confirm: () => reservations.confirm(id),
          cancel: () => reservations.cancel(id),
          refresh: () => reservations.refresh(id),
        }),
        shown: reservation,
        lookedAt: Date.now(),
        left: Number.POSITIVE_INFINITY,
      };
      rows.set(id, row);
      const title = titleOf(reservation);
      if (row.shown.status === 'PENDING' && reservation.status !== 'PENDING') {
        announce(`${title} ${ENDED[reservation.status]}.`);
      }
      row.shown = reservation;
      row.card.update(reservation, title);
      const there = list.children[index];
      if (there !== row.card.root) list.insertBefore(row.card.root, there ?? null);
    }
    none.hidden = session.user() === undefined || all.length > 0;
    tick();
  };

  /** Time passes: countdowns, warnings, and a look at what should have ended by now. */
  const tick = () => {
    const now = serverNow();
    let soonest = Number.POSITIVE_INFINITY;
    let held = 0;
    for (const [id, row] of rows) {
      if (row.shown.status !== 'PENDING') continue;
      row.card.tick(now);
      const leftMs = Date.parse(row.shown.expiresAt) - now;
      const warning = WARNINGS.find(
        (seconds) => leftMs <= seconds * 1_000 && row.left > seconds * 1_000,
      );
      if (warning !== undefined && leftMs > 0 && row.left !== Number.POSITIVE_INFINITY) {
        announce(`${warning} seconds left ${WORDING.toDo} ${titleOf(row.shown)}.`);
      }
      row.left = leftMs;
      held += 1;
      soonest = Math.min(soonest, leftMs);
      if (Date.now() - row.lookedAt >= lookEveryMs(leftMs)) {
        row.lookedAt = Date.now();
        reservations.refresh(id).catch(() => undefined);
      }
    }
    heldLink.hidden = held === 0;
    if (held > 0) setText(heldLink, `${held} held · ${formatCountdown(soonest)}`);
  };

  setText(none, WORDING.none);
  reservations.onChange(draw);
  session.onChange(draw);
  stock.onChange(({ productId }) => {
    if (asked.delete(productId)) draw();
  });
  setInterval(tick, TICK_MS);
};
