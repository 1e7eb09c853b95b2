/**
 * Runs the work while no other client holds the lock of this name. `seenWithinMs` is the delay in
 * milliseconds after which writes of the previous holder are visible.
 */
export type Lock = <T>(name: string, work: (seenWithinMs: number) => Promise<T>) => Promise<T>;

/** A holder renews within ten seconds; a longer wait gives up with a TimeoutError. */
const WAIT_MS = 15_000;

/**
 * Tabs are processes: a browser may pass on the lock before a `localStorage` write of its previous
 * holder is visible to the next.
 */
const SEEN_BY_TABS_WITHIN_MS = 200;

const held = new Map<string, Promise<unknown>>();

/** Lock within this process. Every holder finishes, because a renewal has a deadline. */
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

/** The subset of `navigator.locks` that is used. */
interface WebLocks {
  readonly request: <T>(
    name: string,
    options: { readonly signal: AbortSignal },
    work: () => Promise<T>,
  ) => Promise<T>;
}

/** Locks between the tabs of a browser; available on pages served over HTTPS or from localhost. */
const webLocks = (): WebLocks | undefined =>
  (globalThis as { readonly navigator?: { readonly locks?: WebLocks } }).navigator?.locks;

/**
 * Runs the work under the widest lock that the platform supports.
 *
 * @throws DOMException TimeoutError when the lock is not acquired within 15 seconds; errors of the
 *   work
 */
export const withLock: Lock = (name, work) => {
  const locks = webLocks();
  if (locks === undefined) return withLocalLock(name, work);
  const options = { signal: AbortSignal.timeout(WAIT_MS) };
  return locks.request(`flashreserve:${name}`, options, () => work(SEEN_BY_TABS_WITHIN_MS));
};
