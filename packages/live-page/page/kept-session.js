// Keeps the refresh token of this tab while its page is away: over a reload, and while another page of the shop is shown.
//
// It is in the tab's sessionStorage only from the end of one page to the beginning of the next. A page that runs has taken it
// out: other scripts of this origin do not find it there, and a tab that is duplicated begins without a login instead of with
// the same token, whose second use would end the session.

const KEY = 'flashreserve-session';
/** What a browser restores later than this, for example with a closed tab, is not used. */
const KEPT_MS_MAX = 1_800_000;

/**
 * Takes what the page before this one has left. Undefined where there is nothing, or the browser forbids storage.
 * @returns {string | undefined}
 */
export const takeKept = () => {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (kept === null) return undefined;
    const { token, at } = JSON.parse(kept);
    return typeof token === 'string' && Date.now() - at < KEPT_MS_MAX ? token : undefined;
  } catch {
    // Storage is forbidden, or somebody else has written there: a reload logs out.
    return undefined;
  }
};

/**
 * Leaves a token to the next page of this tab when this one goes away, and takes it back when this one is shown again.
 * @param {() => string | undefined} current the token to leave
 */
export const keepWhileAway = (current) => {
  addEventListener('pagehide', () => {
    const token = current();
    if (token === undefined) return;
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ token, at: Date.now() }));
    } catch {
      // Storage is forbidden or full: the next page begins without a login.
    }
  });
  addEventListener('pageshow', ({ persisted }) => {
    // Another page of this tab has taken the token and exchanged it: this one begins again, with the new one.
    if (persisted && current() !== undefined && takeKept() !== current()) location.reload();
  });
};
