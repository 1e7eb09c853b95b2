/**
 * Runs the work while no other client holds the lock of this name, and tells it within how many milliseconds it sees what
 * the holder before has written.
 */
export type Lock = <T>(name: string, work: (seenWithinMs: number) => Promise<T>) => Promise<T>;

/** A holder renews within ten seconds; whoever waits longer goes on without. */
const WAIT_MS = 15_000;

/** Tabs are processes, and browsers tell one what another has written to `localStorage` later than they hand on the lock. */
const SEEN_BY_TABS_WITHIN_MS = 200;

const held = new Map<string, Promise<unknown>>();

/** Within this process. Every holder ends, because a renewal has a deadline. */
const withLocalLock: Lock = (name, work) => {
  const before = held.get(name) ?? Promise.resolve();
  const run = (): ReturnType<typeof work> => work(0);
  const mine = before.then(run, run);
  held.set(name, mine);
  const forget = (): void => {
    if (held.get(name) === mine) held.delete(name);
  };
  mine.then(forget, forget);
  return mine;
};

/** The part of `navigator.locks` that is used. */
interface WebLocks {
  readonly request: <T>(
    name: string,
    options: { readonly signal: AbortSignal },
    work: () => Promise<T>,
  ) => Promise<T>;
}

/** Between the tabs of a browser, on pages served over HTTPS or from localhost. */
const webLocks = (): WebLocks | undefined =>
  (globalThis as { readonly navigator?: { readonly locks?: WebLocks } }).navigator?.locks;

/**
 * The widest lock that the platform has.
 *
 * @throws DOMException TimeoutError when the lock cannot be had within 15 seconds; what the work throws
 */
export const withLock: Lock = (name, work) => {
  const locks = webLocks();
  if (locks === undefined) return withLocalLock(name, work);
  const options = { signal: AbortSignal.timeout(WAIT_MS) };
  return locks.request(`flashreserve:${name}`, options, () => work(SEEN_BY_TABS_WITHIN_MS));
};
