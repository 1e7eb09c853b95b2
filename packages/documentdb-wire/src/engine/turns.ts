/** Runs pieces of work with the same key one after the other, in the order in which they came. */
export type InTurn = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** Keys that nothing waits for take no room. */
export function createTurns(): InTurn {
  const tails = new Map<string, Promise<void>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) {
        tails.delete(key);
      }
    });
    return result;
  };
}
