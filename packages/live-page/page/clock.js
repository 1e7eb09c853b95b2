// The server's time. A phone's clock may be minutes wrong, and a countdown by it would lie.

/** Differences up to this are the roundings of the Date header and the time on the way. */
const TRUSTED_MS = 2_000;

let offsetMs = 0;

/**
 * Learns from an answer's Date header, which has whole seconds.
 * @param {string | null} date
 */
export const learnTime = (date) => {
  const told = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(told)) return;
  const difference = told + 500 - Date.now();
  offsetMs = Math.abs(difference) > TRUSTED_MS ? difference : 0;
};

/** Milliseconds since 1970 by the server's clock. */
export const serverNow = () => Date.now() + offsetMs;
