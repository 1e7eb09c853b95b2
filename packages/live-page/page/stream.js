// Stock and numbers as they change: by the event stream, or by asking again and again where something on the way holds streams back.
import { send } from './api.js';

/** @import { Stock } from './stock.js' */
/** @import { PulseSecond } from './types' */

const STREAM = '/products/stream?pulse=true';
const ASK_EVERY_MS = 2_000;
/** The stream is opened again after this, and after twice as long each time, up to the longest. */
const REOPEN_MS = { shortest: 1_000, longest: 30_000 };
/** The shop sends numbers every second; when they stay away the connection is dead, whatever the browser thinks. */
const SILENCE_MS = 10_000;

/**
 * @typedef {{
 *   readonly stock: Stock,
 *   readonly pulse: { readonly add: (seconds: readonly PulseSecond[]) => void, readonly newest: () => number },
 *   readonly onState: (state: 'live' | 'waiting') => void,
 * }} Parts
 */

/** Asks for what the stream would have told. @param {Parts} parts */
const createAsking = ({ stock, pulse, onState }) => {
  /** @type {number | undefined} */
  let timer;
  let busy = false;
  const ask = async () => {
    // Nobody looks at a hidden page, and slow answers must not pile up.
    if (busy || document.hidden) return;
    busy = true;
    try {
      const [{ seconds }] = await Promise.all([
        send('GET', `/live/pulse?after=${pulse.newest()}`),
        stock.load(),
      ]);
      if (timer === undefined) return;
      pulse.add(seconds);
      onState('live');
    } catch {
      if (timer !== undefined) onState('waiting');
    } finally {
      busy = false;
    }
  };
  return {
    start: () => {
      if (timer !== undefined) return;
      timer = setInterval(ask, ASK_EVERY_MS);
      void ask();
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
};

/**
 * Keeps stock and numbers fresh for as long as the page is open.
 * @param {Parts} parts
 */
export const openStream = (parts) => {
  const { stock, pulse, onState } = parts;
  const asking = createAsking(parts);
  let reopenMs = REOPEN_MS.shortest;

  const open = () => {
    const source = new EventSource(STREAM);
    /** @type {number | undefined} */
    let watch;
    const giveUp = () => {
      clearTimeout(watch);
      source.close();
      stock.unfollow();
      asking.start();
      setTimeout(open, reopenMs * (0.75 + Math.random() / 2));
      reopenMs = Math.min(reopenMs * 2, REOPEN_MS.longest);
    };
    const heard = () => {
      clearTimeout(watch);
      watch = setTimeout(giveUp, SILENCE_MS);
      asking.stop();
      reopenMs = REOPEN_MS.shortest;
      onState('live');
    };
    watch = setTimeout(giveUp, SILENCE_MS);
    source.addEventListener('error', () => {
      // The browser reconnects by itself, unless the answer was no stream.
      if (source.readyState === EventSource.CLOSED) giveUp();
      else onState('waiting');
    });
    source.addEventListener('stock', ({ data }) => {
      heard();
      stock.follow(JSON.parse(data));
    });
    source.addEventListener('pulse', ({ data }) => {
      heard();
      pulse.add(JSON.parse(data).seconds);
    });
  };
  open();
};
