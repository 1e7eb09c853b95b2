// The user's own reservations, as far as this page has seen them.
import { repeatedly } from './api.js';
import { createKeyring } from './keys.js';

/** @import { Page, Reservation } from './types' */
/** @import { Session } from './session.js' */

/** The newest ones that are shown. */
const SHOWN = 20;
/** What a reservation goes through; it never goes back. */
const STEPS = { PENDING: 0, CONFIRMED: 1, CANCELLED: 1, EXPIRED: 1, RETURNED: 2 };

/** @param {Session} session */
export const createReservations = (session) => {
  /** @type {Map<string, Reservation>} */
  const known = new Map();
  const keys = createKeyring();
  /** @type {(() => void)[]} */
  const listeners = [];

  const changed = () => {
    for (const listener of listeners) listener();
  };
  /** @param {Reservation} reservation */
  const put = (reservation) => {
    const before = known.get(reservation.reservationId);
    // What has ended stays ended, whichever answer comes last.
    if (before !== undefined && STEPS[before.status] > STEPS[reservation.status]) return;
    known.set(reservation.reservationId, reservation);
  };
  /**
   * Sends what has the same outcome however often it arrives, and keeps the reservation that comes back.
   * @param {string} method
   * @param {string} path
   * @param {{ readonly body?: unknown, readonly key?: string }} [options]
   */
  const ask = async (method, path, options) => {
    const owner = session.user()?.id;
    const reservation = await repeatedly(() => session.call(method, path, options));
    // Whoever is logged in by now sees nothing of the user before.
    if (session.user()?.id !== owner) return;
    put(reservation);
    changed();
  };

  /** @type {string | undefined} */
  let ownerId;
  session.onChange((user) => {
    // A guest who registers stays the same user.
    if (user?.id === ownerId) return;
    ownerId = user?.id;
    known.clear();
    keys.forget();
    changed();
  });

  return {
    /** Newest first. */
    all: () =>
      [...known.values()]
        .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
        .slice(0, SHOWN),
    load: async () => {
      const owner = session.user()?.id;
      /** @type {Page<Reservation>} */
      const { items } = await repeatedly(() =>
        session.call('GET', `/reservations?pageSize=${SHOWN}`),
      );
      if (session.user()?.id !== owner) return;
      for (const reservation of items) put(reservation);
      changed();
    },
    /**
     * @param {string} productId
     * @param {number} quantity
     */
    reserve: (productId, quantity) =>
      keys.withKey(`${productId} ${quantity}`, (key) =>
        ask('POST', `/reservations/${encodeURIComponent(productId)}`, { body: { quantity }, key }),
      ),
    /** @param {string} id */
    confirm: (id) => ask('POST', `/reservations/${encodeURIComponent(id)}/confirm`),
    /** @param {string} id */
    cancel: (id) => ask('POST', `/reservations/${encodeURIComponent(id)}/cancel`),
    /** Asks how a reservation stands. @param {string} id */
    refresh: (id) => ask('GET', `/reservations/${encodeURIComponent(id)}`),
    /** @param {() => void} listener */
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
};

/** @typedef {ReturnType<typeof createReservations>} Reservations */
